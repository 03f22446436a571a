#include "core/families/parts/given_language_encoder.h"

#include "core/families/parts/given_component.h"

namespace fanlight {

std::vector<OtherComponent> read_given_language_encoder(const ModelFiles& model, const std::string& component,
                                                        const std::filesystem::path& path) {
    static const Sentence advice("give the language model that the model's own text encoder is.");
    const GivenComponent given(path, model.component(component).weights);
    OtherComponent other{component, model.class_of(component), given.config ? *given.config : model.config(component),
                         given.stored, given.place};
    ModelFiles renamed = model;
    renamed.replace(other);
    TensorEntries theirs;
    for (const auto& [key, tensor] : renamed.tensors(component).tensors)
        if (!key.starts_with("lm_head.")) theirs.emplace(key, tensor.entry);
    StoredTensors ours = model.tensors(component);
    ours.tensors.erase("lm_head.weight");
    check_same_tensors(given, theirs, ours, advice);
    return {std::move(other)};
}

}  // namespace fanlight
