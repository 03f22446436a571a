#include "core/weights/model_folder.h"

#include <algorithm>

namespace fanlight {

namespace {

/// Throws Error if the LoRA changes what models of the family do not have.
void check_components(const LoraFile& lora, const Family& family) {
    for (const std::string& name : lora.components()) {
        const auto is_it = [&](const Component& component) { return component.name == name; };
        if (std::none_of(family.components.begin(), family.components.end(), is_it))
            throw Error("%1 changes a %2, which models of %3 do not have; choose a LoRA that was made for this model.",
                        lora.file()->path(), name, family.title);
    }
}

}  // namespace

ModelFolder::ModelFolder(const std::filesystem::path& path, std::vector<WeightedLora> loras,
                         const NoiseTraining& training, const ReplacedComponents& components)
    : model_(open_model_files(path, training)), loras_(std::move(loras)) {
    replace_components(model_, components);
    for (const WeightedLora& lora : loras_) check_components(*lora.lora, family());
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
