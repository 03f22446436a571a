#include "core/families/parts/given_transformer.h"

#include "core/base/text.h"
#include "core/families/parts/given_component.h"

namespace fanlight {

namespace {

constexpr const char* component = "transformer";

std::vector<std::string> prefixed(const std::string& key) {
    std::vector<std::string> keys;
    for (const char* prefix : {"model.diffusion_model.", "diffusion_model.", "transformer.", ""})
        keys.push_back(prefix + key);
    return keys;
}

[[noreturn]] void refuse_other(const TransformerNaming& naming, const GivenComponent& given, const Sentence& advice) {
    std::vector<std::string> all;
    for (const std::string& key : naming.keys)
        for (std::string& each : prefixed(key)) all.push_back(std::move(each));
    throw Error("%1 is not a network of %2: it has none of the tensors %3; %4", given.place, naming.title, one_of(all),
                advice);
}

}  // namespace

std::optional<std::string> transformer_prefix(const TransformerNaming& naming, const TensorEntries& tensors) {
    for (const std::string& key : naming.keys)
        for (const std::string& each : prefixed(key))
            if (tensors.contains(each)) return each.substr(0, each.size() - key.size());
    return std::nullopt;
}

std::vector<OtherComponent> read_given_transformer(const TransformerNaming& naming, const ModelFiles& model,
                                                   const std::filesystem::path& path) {
    const Sentence advice("give a network of %1, such as %2.", naming.title, naming.published);
    const GivenComponent given(path, model.component(component).weights);
    const auto prefix = transformer_prefix(naming, given.entries);
    if (!prefix) refuse_other(naming, given, advice);
    const Json config = model.config(component);
    const TensorEntries tensors = naming.tensors(CheckpointPart(given.source(advice), *prefix), config);
    check_same_tensors(given, tensors, model.tensors(component), advice);
    return {{component, naming.class_name, config, given.stored_as(tensors), given.place}};
}

}  // namespace fanlight
