#include "core/families/flux_2/given_network.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/families/flux_2/config.h"
#include "core/families/parts/given_component.h"

namespace fanlight {

namespace {

constexpr const char* component = "transformer";

const Sentence& advice() {
    static const Sentence advice("give a network of FLUX.2 klein, such as flux-2-klein-4b.safetensors.");
    return advice;
}

/// Where a file may have the network, told by a key below the prefix.
constexpr const char *prefixes[] = {"model.diffusion_model.", "diffusion_model.", "transformer.", ""},
                     *original_key = "single_stream_modulation.lin.weight",
                     *diffusers_key = "single_stream_modulation.linear.weight";

std::string prefix_in(const GivenComponent& given) {
    if (const auto prefix = flux_2_prefix(given.entries)) return *prefix;
    std::vector<std::string> keys;
    for (const char* key : {original_key, diffusers_key})
        for (const char* prefix : prefixes) keys.push_back(std::string(prefix) + key);
    throw Error("%1 is not a network of FLUX.2: it has none of the tensors %2; %3", given.place, one_of(keys),
                advice());
}

void add_double_block(OriginalNames& names, const std::string& from, const std::string& to) {
    names.fused[from + ".img_attn.qkv"] = {to + ".attn.to_q", to + ".attn.to_k", to + ".attn.to_v"};
    names.fused[from + ".txt_attn.qkv"] = {to + ".attn.add_q_proj", to + ".attn.add_k_proj", to + ".attn.add_v_proj"};
    add_parts(names.modules, from, to,
              {{"img_attn.norm.query_norm.scale", "attn.norm_q.weight"},
               {"img_attn.norm.key_norm.scale", "attn.norm_k.weight"},
               {"img_attn.proj", "attn.to_out.0"},
               {"img_mlp.0", "ff.linear_in"},
               {"img_mlp.2", "ff.linear_out"},
               {"txt_attn.norm.query_norm.scale", "attn.norm_added_q.weight"},
               {"txt_attn.norm.key_norm.scale", "attn.norm_added_k.weight"},
               {"txt_attn.proj", "attn.to_add_out"},
               {"txt_mlp.0", "ff_context.linear_in"},
               {"txt_mlp.2", "ff_context.linear_out"}});
}

void add_single_block(OriginalNames& names, const std::string& from, const std::string& to) {
    add_parts(names.modules, from, to,
              {{"linear1", "attn.to_qkv_mlp_proj"},
               {"linear2", "attn.to_out"},
               {"norm.query_norm.scale", "attn.norm_q.weight"},
               {"norm.key_norm.scale", "attn.norm_k.weight"}});
}

}  // namespace

OriginalNames original_flux_2_names(const Json& network) {
    const Flux2Config config(network);
    OriginalNames names{.modules = {{"img_in", "x_embedder"},
                                    {"txt_in", "context_embedder"},
                                    {"time_in.in_layer", "time_guidance_embed.timestep_embedder.linear_1"},
                                    {"time_in.out_layer", "time_guidance_embed.timestep_embedder.linear_2"},
                                    {"final_layer.adaLN_modulation.1", "norm_out.linear"},
                                    {"final_layer.linear", "proj_out"}},
                        .swapped = {"final_layer.adaLN_modulation.1"}};
    for (const char* modulation :
         {"double_stream_modulation_img", "double_stream_modulation_txt", "single_stream_modulation"})
        add_parts(names.modules, modulation, modulation, {{"lin", "linear"}});
    for (int64_t i = 0; i < config.layers; ++i)
        add_double_block(names, numbered("double_blocks.", i), numbered("transformer_blocks.", i));
    for (int64_t i = 0; i < config.single_layers; ++i)
        add_single_block(names, numbered("single_blocks.", i), numbered("single_transformer_blocks.", i));
    return names;
}

std::optional<std::string> flux_2_prefix(const TensorEntries& tensors) {
    for (const char* key : {original_key, diffusers_key})
        for (const std::string prefix : prefixes)
            if (tensors.contains(prefix + key)) return prefix;
    return std::nullopt;
}

bool has_original_flux_2_names(const CheckpointPart& part) { return part.has(original_key); }

TensorEntries flux_2_tensors(const CheckpointPart& part, const Json& network) {
    return has_original_flux_2_names(part) ? in_diffusers_names(part, original_flux_2_names(network)) : part.tensors();
}

std::vector<OtherComponent> read_given_flux_2(const ModelFiles& model, const std::filesystem::path& path) {
    const GivenComponent given(path, model.component(component).weights);
    const CheckpointPart part(given.source(advice()), prefix_in(given));
    const Json config = model.config(component);
    const TensorEntries tensors = flux_2_tensors(part, config);
    check_same_tensors(given, tensors, model.tensors(component), advice());
    return {{component, "Flux2Transformer2DModel", config, given.stored_as(tensors), given.place}};
}

}  // namespace fanlight
