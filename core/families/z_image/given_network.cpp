#include "core/families/z_image/given_network.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/families/parts/given_component.h"

namespace fanlight {

namespace {

constexpr const char* component = "transformer";

const Sentence& advice() {
    static const Sentence advice("give a network of Z-Image, such as z_image_turbo_bf16.safetensors.");
    return advice;
}

/// Where a file may have the network, told by a key below the prefix. Lumina's, too, has the other keys.
constexpr const char *prefixes[] = {"model.diffusion_model.", "diffusion_model.", "transformer.", ""},
                     *own_key = "layers.0.adaLN_modulation.0.weight", *original_key = "x_embedder.weight";

std::string prefix_in(const GivenComponent& given) {
    const auto* found = std::find_if(std::begin(prefixes), std::end(prefixes), [&](const char* prefix) {
        return given.entries.contains(std::string(prefix) + own_key);
    });
    if (found != std::end(prefixes)) return *found;
    std::vector<std::string> keys;
    for (const char* prefix : prefixes) keys.push_back(std::string(prefix) + own_key);
    throw Error("%1 is not a network of Z-Image: it has none of the tensors %2; %3", given.place, one_of(keys),
                advice());
}

/// What the modules of original checkpoints are called in diffusers: at the beginning of a key, or within it.
constexpr std::pair<std::string_view, std::string_view> beginnings[] = {{"x_embedder.", "all_x_embedder.2-1."},
                                                                        {"final_layer.", "all_final_layer.2-1."}},
                                                        parts[] = {{".attention.out.", ".attention.to_out.0."},
                                                                   {".attention.q_norm.", ".attention.norm_q."},
                                                                   {".attention.k_norm.", ".attention.norm_k."}};

std::string name_in_diffusers(std::string key) {
    for (const auto& [old, today] : beginnings)
        if (key.starts_with(old)) return std::string(today) + key.substr(old.size());
    for (const auto& [old, today] : parts)
        if (const size_t at = key.find(old); at != std::string::npos) return key.replace(at, old.size(), today);
    return key;
}

/// Under diffusers' names: queries, keys and values are one matrix in original checkpoints.
TensorEntries tensors_of(const CheckpointPart& part) {
    constexpr std::string_view fused = ".qkv.weight";
    TensorEntries tensors;
    for (const auto& [key, tensor] : part.tensors()) {
        if (key == "norm_final.weight") continue;  // which no layer has
        if (!key.ends_with(fused)) {
            tensors.emplace(name_in_diffusers(key), tensor);
            continue;
        }
        const std::string attention = key.substr(0, key.size() - fused.size());
        part.split_rows(key, 2, {attention + ".to_q.weight", attention + ".to_k.weight", attention + ".to_v.weight"},
                        tensors);
    }
    return tensors;
}

}  // namespace

std::vector<OtherComponent> read_given_z_image(const ModelFiles& model, const std::filesystem::path& path) {
    const GivenComponent given(path, model.component(component).weights);
    const CheckpointPart part(given.source(advice()), prefix_in(given));
    const TensorEntries tensors = part.has(original_key) ? tensors_of(part) : part.tensors();
    check_same_tensors(given, tensors, model.tensors(component), advice());
    return {{component, "ZImageTransformer2DModel", model.config(component), given.stored_as(tensors), given.place}};
}

}  // namespace fanlight
