#include "core/families/z_image/given_network.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/families/parts/given_component.h"
#include "core/families/z_image/config.h"

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

/// Under diffusers' names.
TensorEntries tensors_of(const CheckpointPart& part, const Json& network) {
    TensorEntries tensors = in_diffusers_names(part, original_z_image_names(network));
    tensors.erase("norm_final.weight");  // which no layer has
    return tensors;
}

}  // namespace

OriginalNames original_z_image_names(const Json& network) {
    const ZImageConfig config(network);
    OriginalNames names{.modules = {{"x_embedder", "all_x_embedder.2-1"}, {"final_layer", "all_final_layer.2-1"}}};
    const auto add = [&](const std::string& list, int64_t blocks) {
        for (int64_t i = 0; i < blocks; ++i) {
            const std::string attention = list + "." + std::to_string(i) + ".attention";
            add_parts(names.modules, attention, attention,
                      {{"out", "to_out.0"}, {"q_norm", "norm_q"}, {"k_norm", "norm_k"}});
            names.fused[attention + ".qkv"] = {attention + ".to_q", attention + ".to_k", attention + ".to_v"};
        }
    };
    add("noise_refiner", config.refiner_layers);
    add("context_refiner", config.refiner_layers);
    add("layers", config.layers);
    return names;
}

std::vector<OtherComponent> read_given_z_image(const ModelFiles& model, const std::filesystem::path& path) {
    const GivenComponent given(path, model.component(component).weights);
    const CheckpointPart part(given.source(advice()), prefix_in(given));
    const TensorEntries tensors = part.has(original_key) ? tensors_of(part, model.config(component)) : part.tensors();
    check_same_tensors(given, tensors, model.tensors(component), advice());
    return {{component, "ZImageTransformer2DModel", model.config(component), given.stored_as(tensors), given.place}};
}

}  // namespace fanlight
