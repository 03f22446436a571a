#include "core/weights/model_folder.h"

namespace fanlight {

ModelFolder::ModelFolder(const std::filesystem::path& path, std::vector<WeightedLora> loras,
                         const NoiseTraining& training)
    : model_(open_model_files(path, training)), loras_(std::move(loras)) {}

Weights ModelFolder::weights(const std::string& component, const Weights::Placement& placement) const {
    Weights weights = Weights::of(model_.files.tensors(component), placement);
    for (const WeightedLora& lora : loras_) weights.merge(lora, model_.files.component(component));
    return weights;
}

}  // namespace fanlight
