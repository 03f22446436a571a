#include "core/families/z_image/checkpoint.h"

#include <filesystem>

#include "core/families/parts/name_words.h"
#include "core/families/z_image/config.h"

namespace fanlight {

namespace {

/// Lumina 2, whose names are similar, has no such modulation.
constexpr const char* own_key = "layers.0.adaLN_modulation.0.weight";

bool has_original_names(const CheckpointPart& part) { return part.has("x_embedder.weight"); }

int64_t blocks_in(const CheckpointPart& part, const std::string& list) {
    return part.count(list + ".", ".attention_norm1.weight");
}

/// A network of the same shapes that does other work.
void refuse_edit(const CheckpointPart& part, const CheckpointSource& file) {
    for (const std::string& name : {file.title, std::filesystem::path(file.file).stem().string()})
        if (has_part(name_words(name), {"image", "edit"}))
            part.refuse("is Z-Image Edit, which changes pictures, and that is not supported");
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

Json z_image_config_of(const CheckpointPart& part) {
    const bool original = has_original_names(part);
    const std::string embedder = original ? "x_embedder" : "all_x_embedder.2-1",
                      norm = std::string("layers.0.attention.") + (original ? "q_norm" : "norm_q");
    const std::vector<int64_t>& caption = part.shape("cap_embedder.1.weight", 2);
    const int64_t width = caption[0], head = part.shape(norm + ".weight", 1)[0];
    const int64_t patch = part.shape(embedder + ".weight", 2)[1], pixels = ZImageConfig::patch * ZImageConfig::patch;
    // A quarter of each head turns with the caption's token, the rest with row and column.
    constexpr int64_t eighths[] = {2, 3, 3};
    if (head < 16 || head % 16 != 0 || width % head != 0 || patch % pixels != 0)
        part.refuse(
            Sentence("has heads of %1 numbers, or tokens of %2, whose use its shapes do not tell", head, patch));
    Json axes = Json::array();
    for (const int64_t share : eighths) axes.push_back(head / 8 * share);
    return {{"_class_name", "ZImageTransformer2DModel"},
            {"in_channels", patch / pixels},
            {"dim", width},
            {"n_heads", width / head},
            {"n_layers", blocks_in(part, "layers")},
            {"n_refiner_layers", blocks_in(part, "noise_refiner")},
            {"cap_feat_dim", caption[1]},
            {"axes_dims", axes}};
}

TensorEntries z_image_tensors(const CheckpointPart& part, const Json& network) {
    if (!has_original_names(part)) return part.tensors();
    TensorEntries tensors = in_diffusers_names(part, original_z_image_names(network));
    tensors.erase("norm_final.weight");  // which no layer has
    return tensors;
}

const TransformerNaming& z_image_naming() {
    static const TransformerNaming naming = {.title = "Z-Image",
                                             .class_name = "ZImageTransformer2DModel",
                                             .keys = {own_key},
                                             .published = "z_image_turbo_bf16.safetensors",
                                             .tensors = &z_image_tensors,
                                             .refuse_other_work = &refuse_edit};
    return naming;
}

}  // namespace fanlight
