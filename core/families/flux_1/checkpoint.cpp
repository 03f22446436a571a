#include "core/families/flux_1/checkpoint.h"

#include <filesystem>

#include "core/families/flux_1/config.h"
#include "core/families/parts/name_words.h"

namespace fanlight {

namespace {

constexpr const char *original_key = "double_blocks.0.img_mod.lin.weight",
                     *diffusers_key = "single_transformer_blocks.0.norm.linear.weight";

FusedParts projections(const std::string& attention, const std::string& before, const std::string& after) {
    FusedParts parts;
    for (const char* each : {"q", "k", "v"}) parts.emplace_back(attention + before + each + after);
    return parts;
}

void add_double_block(OriginalNames& names, const std::string& from, const std::string& to) {
    const FusedParts picture = projections(to + ".attn.", "to_", ""),
                     text = projections(to + ".attn.", "add_", "_proj");
    names.fused[from + ".img_attn.qkv"] = names.fused[from + ".qkv_lora1"] = picture;
    names.fused[from + ".txt_attn.qkv"] = names.fused[from + ".qkv_lora2"] = text;
    add_parts(names.modules, from, to,
              {{"img_mod.lin", "norm1.linear"},
               {"txt_mod.lin", "norm1_context.linear"},
               {"img_attn.norm.query_norm.scale", "attn.norm_q.weight"},
               {"img_attn.norm.key_norm.scale", "attn.norm_k.weight"},
               {"img_attn.proj", "attn.to_out.0"},
               {"img_mlp.0", "ff.net.0.proj"},
               {"img_mlp.2", "ff.net.2"},
               {"txt_attn.norm.query_norm.scale", "attn.norm_added_q.weight"},
               {"txt_attn.norm.key_norm.scale", "attn.norm_added_k.weight"},
               {"txt_attn.proj", "attn.to_add_out"},
               {"txt_mlp.0", "ff_context.net.0.proj"},
               {"txt_mlp.2", "ff_context.net.2"},
               {"proj_lora1", "attn.to_out.0"},
               {"proj_lora2", "attn.to_add_out"}});
}

void add_single_block(OriginalNames& names, const std::string& from, const std::string& to) {
    FusedParts parts = names.fused[from + ".qkv"] = projections(to + ".attn.", "to_", "");
    parts.emplace_back(to + ".proj_mlp", Flux1Config::mlp_ratio);
    names.fused[from + ".linear1"] = parts;
    add_parts(names.modules, from, to,
              {{"modulation.lin", "norm.linear"},
               {"linear2", "proj_out"},
               {"norm.query_norm.scale", "attn.norm_q.weight"},
               {"norm.key_norm.scale", "attn.norm_k.weight"},
               {"proj", "proj_out"}});
}

/// Networks of other inputs, or of the same shapes, that do other work.
void refuse_picture_readers(const CheckpointPart& part, const CheckpointSource& file) {
    for (const std::string& name : {file.title, std::filesystem::path(file.file).stem().string()})
        if (has_part(name_words(name), {"kontext"}))
            part.refuse("is FLUX.1 Kontext, which changes pictures, and that is not supported");
    const bool original = has_original_flux_1_names(part);
    const int64_t read = part.shape(original ? "img_in.weight" : "x_embedder.weight", 2)[1],
                  given = part.shape(original ? "final_layer.linear.weight" : "proj_out.weight", 2)[0];
    if (read != given) part.refuse("reads pictures, as FLUX.1 Fill, Depth and Canny do, which is not supported");
}

}  // namespace

OriginalNames original_flux_1_names(const Json& network) {
    const Flux1Config config(network);
    OriginalNames names{.modules = {{"img_in", "x_embedder"},
                                    {"txt_in", "context_embedder"},
                                    {"final_layer.adaLN_modulation.1", "norm_out.linear"},
                                    {"final_layer.linear", "proj_out"}},
                        .swapped = {"final_layer.adaLN_modulation.1"}};
    for (const auto& [from, to] : {std::pair("time_in", "timestep_embedder"),
                                   {"guidance_in", "guidance_embedder"},
                                   {"vector_in", "text_embedder"}})
        add_parts(names.modules, from, std::string("time_text_embed.") + to,
                  {{"in_layer", "linear_1"}, {"out_layer", "linear_2"}});
    for (int64_t i = 0; i < config.layers; ++i)
        add_double_block(names, numbered("double_blocks.", i), numbered("transformer_blocks.", i));
    for (int64_t i = 0; i < config.single_layers; ++i)
        add_single_block(names, numbered("single_blocks.", i), numbered("single_transformer_blocks.", i));
    return names;
}

bool has_original_flux_1_names(const CheckpointPart& part) { return part.has(original_key); }

TensorEntries flux_1_tensors(const CheckpointPart& part, const Json& network) {
    return has_original_flux_1_names(part) ? in_diffusers_names(part, original_flux_1_names(network)) : part.tensors();
}

const TransformerNaming& flux_1_naming() {
    static const TransformerNaming naming = {.title = "FLUX.1",
                                             .class_name = "FluxTransformer2DModel",
                                             .keys = {original_key, diffusers_key},  // Chroma and FLUX.2 have neither
                                             .published = "flux1-dev.safetensors",
                                             .tensors = &flux_1_tensors,
                                             .refuse_other_work = &refuse_picture_readers};
    return naming;
}

}  // namespace fanlight
