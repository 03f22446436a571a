#include "core/families/parts/clip_checkpoint.h"

#include "core/checkpoints/key_maps.h"

namespace fanlight {

namespace {

constexpr PartNames text_layer_names = {{"ln_1", "layer_norm1"},
                                        {"ln_2", "layer_norm2"},
                                        {"attn.out_proj", "self_attn.out_proj"},
                                        {"mlp.c_fc", "mlp.fc1"},
                                        {"mlp.c_proj", "mlp.fc2"}};

/// The config with which transformers' CLIPTextModel would load `tensors`, which have its names.
Json clip_config_of(const CheckpointPart& part, const TensorEntries& tensors, int64_t layers, const char* activation) {
    const auto sizes = [&](const std::string& name) {
        const auto found = tensors.find("text_model." + name);
        if (found == tensors.end() || found->second.shape.size() != 2)
            part.refuse(Sentence("has no text encoder with %1 of 2 dimensions", name));
        return found->second.shape;
    };
    const auto tokens = sizes("embeddings.token_embedding.weight");
    return {{"vocab_size", tokens[0]},
            {"hidden_size", tokens[1]},
            {"max_position_embeddings", sizes("embeddings.position_embedding.weight")[0]},
            {"intermediate_size", sizes("encoder.layers.0.mlp.fc1.weight")[0]},
            {"num_hidden_layers", layers},
            {"num_attention_heads", heads_of_width(part, tokens[1])},
            {"hidden_act", activation}};
}

const KeyMap& clip_key_map() {
    static const KeyMap map = {{"text_model", "text_model"},
                               {"embeddings", "text_model.embeddings"},  // in early versions of transformers
                               {"encoder", "text_model.encoder"},
                               {"final_layer_norm", "text_model.final_layer_norm"}};
    return map;
}

/// Whether the layer that no network was trained on is still there. OpenCLIP's encoder of Stable Diffusion 2 has 24;
/// one of another depth tells by what follows its last layer. A checkpoint made of a diffusers folder has neither.
bool holds_last(const CheckpointPart& part, int64_t layers) {
    constexpr int64_t all_of_vit_h = 24;
    if (layers == all_of_vit_h || layers == all_of_vit_h - 1) return layers == all_of_vit_h;
    return part.has("text_projection") || part.has("logit_scale");
}

/// OpenCLIP multiplies by it from the right, so it is the transpose of transformers'.
void add_projection(const CheckpointPart& part, ClipCheckpoint& clip) {
    const std::string name = "text_projection";
    const std::vector<int64_t>& stored = part.shape(name, 2);
    TensorEntry& projection = clip.tensors["text_projection.weight"];
    projection = part.tensors().at(name);
    projection.shape = {stored[1], stored[0]};
    projection.transposed = true;
    clip.config["projection_dim"] = stored[1];
}

}  // namespace

int64_t heads_of_width(const CheckpointPart& part, int64_t width) {
    if (width < clip_head_width || width % clip_head_width != 0)
        part.refuse(Sentence("has layers of width %1, which does not divide into heads of %2", width, clip_head_width));
    return width / clip_head_width;
}

KeyMap open_clip_key_map(int64_t layers) {
    KeyMap map = {{"token_embedding", "text_model.embeddings.token_embedding"},
                  {"positional_embedding", "text_model.embeddings.position_embedding.weight"},
                  {"ln_final", "text_model.final_layer_norm"}};
    for (int64_t i = 0; i < layers; ++i)
        add_parts(map, numbered("transformer.resblocks.", i), numbered("text_model.encoder.layers.", i),
                  text_layer_names);
    return map;
}

TensorEntries read_clip_tensors(const CheckpointPart& part) {
    return part.renamed(clip_key_map(), [](const std::string&) { return true; });
}

ClipCheckpoint read_clip(const CheckpointPart& part) {
    ClipCheckpoint clip{{}, read_clip_tensors(part)};
    const std::string layer = "text_model.encoder.layers.";
    int64_t layers = 0;
    while (clip.tensors.contains(layer + std::to_string(layers) + ".layer_norm1.weight")) ++layers;
    clip.config = clip_config_of(part, clip.tensors, layers, "quick_gelu");
    return clip;
}

ClipCheckpoint read_open_clip(const CheckpointPart& part, LastLayer last) {
    const int64_t all = part.count("transformer.resblocks.", ".ln_1.weight"),
                  layers = all - (last == LastLayer::Without && holds_last(part, all) ? 1 : 0);
    if (layers < 1) part.refuse("has no text encoder of several layers");
    ClipCheckpoint clip;
    clip.tensors = part.renamed(open_clip_key_map(layers), [](const std::string&) { return true; });
    for (int64_t i = 0; i < layers; ++i) {
        const std::string from = numbered("transformer.resblocks.", i) + ".attn.in_proj_",
                          to = numbered("text_model.encoder.layers.", i) + ".self_attn.";
        for (const auto& [kind, rank] : {std::pair{"weight", size_t{2}}, std::pair{"bias", size_t{1}}})
            part.split_rows(from + kind, rank, {to + "q_proj." + kind, to + "k_proj." + kind, to + "v_proj." + kind},
                            clip.tensors);
    }
    clip.config = clip_config_of(part, clip.tensors, layers, "gelu");
    if (last == LastLayer::With) add_projection(part, clip);
    return clip;
}

}  // namespace fanlight
