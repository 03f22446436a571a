#include "core/checkpoints/lora_match.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/base/text.h"

namespace fanlight {

namespace {

/// Maps the flat names by which a LoRA may refer to a component's parameters to their keys: "conv_in.weight".
std::map<std::string, std::vector<std::string>> parameters_by_flat_name(const ParameterShapes& parameters,
                                                                        const std::string& root) {
    const std::string beginning = root.empty() ? "" : root + ".";
    const bool is_rooted = std::any_of(parameters.begin(), parameters.end(),
                                       [&](const auto& entry) { return entry.first.starts_with(beginning); });
    std::map<std::string, std::vector<std::string>> keys;
    for (const auto& [key, shape] : parameters) {
        const size_t dot = key.rfind('.');
        if (dot == std::string::npos) continue;
        std::string module = key.substr(0, dot);
        if (!is_rooted) module.insert(0, beginning);
        keys[flat_name(std::move(module)) + key.substr(dot)].push_back(key);
    }
    return keys;
}

/// What the model may call the parameter: as the LoRA does, as diffusers calls the module that had this name before, or
/// with the root, which transformers 5 leaves out.
std::vector<std::string> names_of(const std::string& parameter, const KeyMap& flat_original, const std::string& root) {
    std::vector<std::string> names = {parameter};
    const size_t dot = parameter.rfind('.');
    if (const auto module = mapped_key(flat_original, parameter.substr(0, dot), '_'))
        names.push_back(*module + parameter.substr(dot));
    if (!root.empty()) names.push_back(flat_name(root) + "_" + parameter);
    return names;
}

/// Both sides of the map.
KeyMap with_flat_names(const KeyMap& map) {
    KeyMap flat;
    for (const auto& [from, to] : map) flat.emplace(flat_name(from), flat_name(to));
    return flat;
}

}  // namespace

std::vector<LoraMatch> match_lora(const LoraFile& lora, const Component& component, const ParameterShapes& parameters,
                                  const KeyMap& original) {
    const auto keys = parameters_by_flat_name(parameters, component.root);
    const KeyMap flat_original = with_flat_names(original);
    const std::string file = lora.file()->path().string();
    std::vector<LoraMatch> matches;
    std::vector<std::string> unmatched;
    for (const auto& [parameter, change] : lora.changes(component.name)) {
        auto found = keys.end();
        for (const std::string& name : names_of(parameter, flat_original, component.root))
            if (found == keys.end()) found = keys.find(name);
        if (found == keys.end() || found->second.size() != 1) {
            unmatched.push_back("\"" + change.key.substr(0, 200) + "\"");
            continue;
        }
        const std::string& key = found->second.front();
        if (!change.fits(parameters.at(key)))
            throw Error(
                "%1: the layer of \"%2\" does not have the shape of the model's \"%3\"; choose a LoRA that was made "
                "for this model.",
                file, change.key.substr(0, 200), excerpt(key, 200));
        matches.push_back({key, &change});
    }
    if (unmatched.empty()) return matches;
    constexpr size_t max_named = 3;
    throw Error("%1: the model has no module for %2; choose a LoRA that was made for this model.", file,
                listed(unmatched, max_named));
}

}  // namespace fanlight
