#include "core/checkpoints/key_maps.h"

#include <initializer_list>
#include <utility>

namespace fanlight {

namespace {

using Names = std::initializer_list<std::pair<const char*, const char*>>;

constexpr Names resnet_names = {{"in_layers.0", "norm1"},          {"in_layers.2", "conv1"},
                                {"emb_layers.1", "time_emb_proj"}, {"out_layers.0", "norm2"},
                                {"out_layers.3", "conv2"},         {"skip_connection", "conv_shortcut"}};
constexpr Names decoder_attention_names = {
    {"norm", "group_norm"}, {"q", "to_q"}, {"k", "to_k"}, {"v", "to_v"}, {"proj_out", "to_out.0"}};
constexpr Names text_layer_names = {{"ln_1", "layer_norm1"},
                                    {"ln_2", "layer_norm2"},
                                    {"attn.out_proj", "self_attn.out_proj"},
                                    {"mlp.c_fc", "mlp.fc1"},
                                    {"mlp.c_proj", "mlp.fc2"}};

std::string numbered(const char* name, int64_t number) { return name + std::to_string(number); }

/// The parts of one module that have other names, too.
void add(KeyMap& map, const std::string& from, const std::string& to, Names parts) {
    for (const auto& [own, diffusers] : parts) map.emplace(from + "." + own, to + "." + diffusers);
}

}  // namespace

std::optional<std::string> mapped_key(const KeyMap& map, std::string_view key) {
    for (std::string_view module = key; !module.empty();) {
        if (const auto found = map.find(module); found != map.end())
            return found->second + std::string(key.substr(module.size()));
        const size_t dot = module.rfind('.');
        module = module.substr(0, dot == std::string_view::npos ? 0 : dot);
    }
    return std::nullopt;
}

KeyMap unet_key_map(int64_t blocks, int64_t layers) {
    KeyMap map = {{"time_embed.0", "time_embedding.linear_1"},
                  {"time_embed.2", "time_embedding.linear_2"},
                  {"input_blocks.0.0", "conv_in"},
                  {"middle_block.1", "mid_block.attentions.0"},
                  {"out.0", "conv_norm_out"},
                  {"out.2", "conv_out"}};
    add(map, "middle_block.0", "mid_block.resnets.0", resnet_names);
    add(map, "middle_block.2", "mid_block.resnets.1", resnet_names);
    // On the way down a resolution is `layers` blocks and what halves it; on the way up one block more, the last of
    // which doubles it.
    const int64_t stride = layers + 1;
    for (int64_t b = 0; b < blocks; ++b) {
        const std::string down = numbered("down_blocks.", b), up = numbered("up_blocks.", b);
        for (int64_t l = 0; l < layers; ++l) {
            const std::string from = numbered("input_blocks.", 1 + b * stride + l);
            add(map, from + ".0", down + numbered(".resnets.", l), resnet_names);
            map.emplace(from + ".1", down + numbered(".attentions.", l));
        }
        map.emplace(numbered("input_blocks.", (b + 1) * stride) + ".0.op", down + ".downsamplers.0.conv");
        for (int64_t l = 0; l < stride; ++l) {
            const std::string from = numbered("output_blocks.", b * stride + l);
            add(map, from + ".0", up + numbered(".resnets.", l), resnet_names);
            map.emplace(from + ".1", up + numbered(".attentions.", l));
        }
        const std::string last = numbered("output_blocks.", b * stride + layers);
        for (const char* place : {".1.conv", ".2.conv"})  // without and with attention before it
            map.emplace(last + place, up + ".upsamplers.0.conv");
    }
    return map;
}

KeyMap decoder_key_map(int64_t blocks, int64_t layers) {
    KeyMap map = {{"post_quant_conv", "post_quant_conv"},
                  {"decoder.conv_in", "decoder.conv_in"},
                  {"decoder.mid.block_1", "decoder.mid_block.resnets.0"},
                  {"decoder.mid.block_2", "decoder.mid_block.resnets.1"},
                  {"decoder.norm_out", "decoder.conv_norm_out"},
                  {"decoder.conv_out", "decoder.conv_out"}};
    add(map, "decoder.mid.attn_1", "decoder.mid_block.attentions.0", decoder_attention_names);
    for (int64_t b = 0; b < blocks; ++b) {  // counted from the finest resolution, which diffusers has last
        const std::string from = numbered("decoder.up.", b), to = numbered("decoder.up_blocks.", blocks - 1 - b);
        for (int64_t l = 0; l <= layers; ++l) {
            const std::string block = from + numbered(".block.", l), resnet = to + numbered(".resnets.", l);
            map.emplace(block, resnet);
            map.emplace(block + ".nin_shortcut", resnet + ".conv_shortcut");
        }
        map.emplace(from + ".upsample.conv", to + ".upsamplers.0.conv");
    }
    return map;
}

KeyMap open_clip_key_map(int64_t layers) {
    KeyMap map = {{"token_embedding", "text_model.embeddings.token_embedding"},
                  {"positional_embedding", "text_model.embeddings.position_embedding.weight"},
                  {"ln_final", "text_model.final_layer_norm"}};
    for (int64_t i = 0; i < layers; ++i)
        add(map, numbered("transformer.resblocks.", i), numbered("text_model.encoder.layers.", i), text_layer_names);
    return map;
}

}  // namespace fanlight
