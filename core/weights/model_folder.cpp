#include "core/weights/model_folder.h"

namespace fanlight {

ModelFolder::ModelFolder(const std::filesystem::path& path, std::vector<WeightedLora> loras,
                         const NoiseTraining& training, const ReplacedComponents& components)
    : model_(open_model_files(path, training)), loras_(std::move(loras)) {
    replace_components(model_, components);
    for (const WeightedLora& lora : loras_) check_lora(*lora.lora, family());
}

Weights ModelFolder::weights(const std::string& component, const Weights::Placement& placement) const {
    Weights weights = Weights::of(model_.files.tensors(component), placement);
    if (loras_.empty()) return weights;
    const bool has_original_names = family().original_names && component == family().network;
    const KeyMap original = has_original_names ? family().original_names(config(component)) : KeyMap();
    for (const WeightedLora& lora : loras_) weights.merge(lora, model_.files.component(component), original);
    return weights;
}

}  // namespace fanlight
