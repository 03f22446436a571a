#include "core/families/parts/unet_checkpoint.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "core/families/parts/unet_config.h"

namespace fanlight {

namespace {

constexpr PartNames resnet_names = {{"in_layers.0", "norm1"},          {"in_layers.2", "conv1"},
                                    {"emb_layers.1", "time_emb_proj"}, {"out_layers.0", "norm2"},
                                    {"out_layers.3", "conv2"},         {"skip_connection", "conv_shortcut"}};

std::string numbered(const char* name, int64_t number) { return name + std::to_string(number); }

/// The number of blocks per resolution, from the position of the first downsampler, and the number of resolutions.
std::pair<int64_t, int64_t> layers_and_blocks(const CheckpointPart& unet) {
    const auto convolution = [&](int64_t i) {
        return unet.has("input_blocks." + std::to_string(i) + ".0.in_layers.2.weight");
    };
    int64_t layers = 0, inputs = 1;
    while (convolution(layers + 1)) ++layers;
    while (convolution(inputs) || unet.has("input_blocks." + std::to_string(inputs) + ".0.op.weight")) ++inputs;
    if (layers == 0 || inputs % (layers + 1) != 0)
        unet.refuse(Sentence("has %1 input blocks, which is not a network of %2", inputs, unet.family()));
    return {layers, inputs / (layers + 1)};
}

int64_t context_width(const CheckpointPart& unet) {
    for (const auto& [key, tensor] : unet.tensors())
        if (key.ends_with(".attn2.to_k.weight")) return unet.shape(key, 2)[1];
    unet.refuse("has a network that is told nothing by a text");
}

/// How many transformers an attention has. 1 also if there is none, whose number does not matter.
int64_t depth_of(const CheckpointPart& unet, const std::string& attention) {
    return std::max<int64_t>(1, unet.count(attention + ".transformer_blocks.", ".norm1.weight"));
}

/// One number for `count` blocks of the file from `first` on, or if they differ, as in pruned networks, one for each.
Json depths_from(const CheckpointPart& unet, const char* name, int64_t first, int64_t count) {
    std::vector<int64_t> depths;
    for (int64_t i = first; i < first + count; ++i) depths.push_back(depth_of(unet, numbered(name, i) + ".1"));
    const bool alike = std::all_of(depths.begin(), depths.end(), [&](int64_t own) { return own == depths.front(); });
    return alike ? Json(depths.front()) : Json(depths);
}

/// Whether a network has been pruned: its ways down and up differ, or the attentions of a block.
bool is_pruned(const std::vector<Json>& depths, const std::vector<Json>& up_depths) {
    return !std::equal(depths.begin(), depths.end(), up_depths.rbegin(), up_depths.rend()) ||
           std::any_of(depths.begin(), depths.end(), [](const Json& depth) { return depth.is_array(); });
}

/// Adds what only a pruned network needs. In one that has not been, no part of the middle may be missing.
void add_pruned(Json& config, const CheckpointPart& unet, const std::vector<Json>& up_depths) {
    config["reverse_transformer_layers_per_block"] = up_depths;
    if (!has_key_below(unet.tensors(), "middle_block.1.")) config["mid_block_type"] = "UNetMidBlock2D";
}

Json unet_config_of(const CheckpointPart& unet, int64_t layers, int64_t blocks,
                    const std::function<int64_t(int64_t width)>& heads_of) {
    Json channels = Json::array(), heads = Json::array(), down = Json::array(), up = Json::array();
    std::vector<Json> depths, up_depths;
    int64_t projection_rank = 0;
    for (int64_t b = 0; b < blocks; ++b) {
        const std::string first = "input_blocks." + std::to_string(1 + b * (layers + 1));
        const int64_t width = unet.shape(first + ".0.in_layers.2.weight", 4)[0];
        const auto projection = unet.tensors().find(first + ".1.proj_in.weight");
        const bool attends = projection != unet.tensors().end();
        if (attends) projection_rank = static_cast<int64_t>(projection->second.shape.size());
        channels.push_back(width);
        heads.push_back(heads_of(width));
        down.push_back(attends ? "CrossAttnDownBlock2D" : "DownBlock2D");
        up.insert(up.begin(), attends ? "CrossAttnUpBlock2D" : "UpBlock2D");
        const bool is_last = b + 1 == blocks;  // whose depth is the middle's, too
        depths.push_back(attends || !is_last ? depths_from(unet, "input_blocks.", 1 + b * (layers + 1), layers)
                                             : Json(depth_of(unet, "middle_block.1")));
        up_depths.insert(
            up_depths.begin(),
            attends ? depths_from(unet, "output_blocks.", (blocks - 1 - b) * (layers + 1), layers + 1) : depths.back());
    }
    Json config = {{"_class_name", "UNet2DConditionModel"},
                   {"in_channels", unet.shape("input_blocks.0.0.weight", 4)[1]},
                   {"out_channels", unet.shape("out.2.weight", 4)[0]},
                   {"block_out_channels", channels},
                   {"down_block_types", down},
                   {"up_block_types", up},
                   {"layers_per_block", layers},
                   {"attention_head_dim", heads},  // the number of heads, despite its name
                   {"cross_attention_dim", context_width(unet)},
                   {"use_linear_projection", projection_rank == 2}};
    const auto is_one = [](const Json& depth) { return depth == 1; };
    if (!std::all_of(depths.begin(), depths.end(), is_one)) config["transformer_layers_per_block"] = depths;
    if (is_pruned(depths, up_depths)) add_pruned(config, unet, up_depths);
    if (unet.has("label_emb.0.0.weight")) {
        config["addition_embed_type"] = "text_time";
        config["projection_class_embeddings_input_dim"] = unet.shape("label_emb.0.0.weight", 2)[1];
    }
    return config;
}

}  // namespace

KeyMap unet_key_map(int64_t blocks, int64_t layers) {
    KeyMap map = {{"time_embed.0", "time_embedding.linear_1"},
                  {"time_embed.2", "time_embedding.linear_2"},
                  {"label_emb.0.0", "add_embedding.linear_1"},
                  {"label_emb.0.2", "add_embedding.linear_2"},
                  {"input_blocks.0.0", "conv_in"},
                  {"middle_block.1", "mid_block.attentions.0"},
                  {"out.0", "conv_norm_out"},
                  {"out.2", "conv_out"}};
    add_parts(map, "middle_block.0", "mid_block.resnets.0", resnet_names);
    add_parts(map, "middle_block.2", "mid_block.resnets.1", resnet_names);
    // On the way down a resolution has `layers` blocks followed by a downsampler; on the way up it has one block more,
    // the last with an upsampler.
    const int64_t stride = layers + 1;
    for (int64_t b = 0; b < blocks; ++b) {
        const std::string down = numbered("down_blocks.", b), up = numbered("up_blocks.", b);
        for (int64_t l = 0; l < layers; ++l) {
            const std::string from = numbered("input_blocks.", 1 + b * stride + l);
            add_parts(map, from + ".0", down + numbered(".resnets.", l), resnet_names);
            map.emplace(from + ".1", down + numbered(".attentions.", l));
        }
        map.emplace(numbered("input_blocks.", (b + 1) * stride) + ".0.op", down + ".downsamplers.0.conv");
        for (int64_t l = 0; l < stride; ++l) {
            const std::string from = numbered("output_blocks.", b * stride + l);
            add_parts(map, from + ".0", up + numbered(".resnets.", l), resnet_names);
            map.emplace(from + ".1", up + numbered(".attentions.", l));
        }
        const std::string last = numbered("output_blocks.", b * stride + layers);
        for (const char* place : {".1.conv", ".2.conv"})  // without and with attention before the convolution
            map.emplace(last + place, up + ".upsamplers.0.conv");
    }
    return map;
}

void check_unet_input(const CheckpointPart& part, const Json& unet, const Json& vae) {
    if (unet["in_channels"] == vae["latent_channels"]) return;
    part.refuse(Sentence("is made for %1 channels of input, as for inpainting or depth; %2 are supported",
                         unet["in_channels"].dump(), vae["latent_channels"].dump()));
}

UNetCheckpoint read_unet(const CheckpointPart& part, const std::function<int64_t(int64_t width)>& heads) {
    const auto [layers, blocks] = layers_and_blocks(part);
    UNetCheckpoint unet;
    unet.tensors = part.renamed(unet_key_map(blocks, layers), [](const std::string&) { return false; });
    unet.config = unet_config_of(part, layers, blocks, heads);
    return unet;
}

KeyMap original_unet_names(const Json& config) {
    const auto blocks = UNetConfig(config).down_blocks;
    const int64_t layers = blocks.front().layers;
    const bool alike =
        std::all_of(blocks.begin(), blocks.end(), [&](const auto& block) { return block.layers == layers; });
    return alike ? unet_key_map(static_cast<int64_t>(blocks.size()), layers) : KeyMap();
}

}  // namespace fanlight
