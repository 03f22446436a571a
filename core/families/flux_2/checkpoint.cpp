#include "core/families/flux_2/checkpoint.h"

#include "core/families/flux_2/config.h"

namespace fanlight {

namespace {

constexpr const char *original_key = "single_stream_modulation.lin.weight",
                     *diffusers_key = "single_stream_modulation.linear.weight";

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

void refuse_dev(const CheckpointPart& part, const CheckpointSource&) {
    for (const char* input : {"guidance_in.in_layer.weight", "time_guidance_embed.guidance_embedder.linear_1.weight"})
        if (part.has(input)) part.refuse("is told the guidance, as FLUX.2 dev is, which is not supported");
}

}  // namespace

OriginalNames original_flux_2_names(const Json& network) {
    const Flux2Config config(network);
    OriginalNames names{.modules = {{"img_in", "x_embedder"},
                                    {"txt_in", "context_embedder"},
                                    {"time_in.in_layer", "time_guidance_embed.timestep_embedder.linear_1"},
                                    {"time_in.out_layer", "time_guidance_embed.timestep_embedder.linear_2"},
                                    {"guidance_in.in_layer", "time_guidance_embed.guidance_embedder.linear_1"},
                                    {"guidance_in.out_layer", "time_guidance_embed.guidance_embedder.linear_2"},
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

bool has_original_flux_2_names(const CheckpointPart& part) { return part.has(original_key); }

TensorEntries flux_2_tensors(const CheckpointPart& part, const Json& network) {
    return has_original_flux_2_names(part) ? in_diffusers_names(part, original_flux_2_names(network)) : part.tensors();
}

const TransformerNaming& flux_2_naming() {
    static const TransformerNaming naming = {.title = "FLUX.2 klein",
                                             .class_name = "Flux2Transformer2DModel",
                                             .keys = {original_key, diffusers_key},
                                             .published = "flux-2-klein-4b.safetensors",
                                             .tensors = &flux_2_tensors,
                                             .refuse_other_work = &refuse_dev};
    return naming;
}

}  // namespace fanlight
