#include "core/families/parts/unet_config.h"

#include <algorithm>
#include <optional>

#include "core/base/text.h"

namespace fanlight {

namespace {

const std::string where = "unet/config.json";

/// One value for all blocks, or a list with one per block.
template <typename T>
std::vector<T> spread(const Json& json, const char* key, T fallback, size_t blocks) {
    const Json value = optional_or<Json>(json, key, Json(fallback), where);
    if (!value.is_array()) return std::vector<T>(blocks, required<T>(Json{{key, value}}, key, where));
    const auto list = required<std::vector<T>>(json, key, where);
    if (list.size() != blocks)
        throw Error(where + ": \"" + key + "\" lists " + std::to_string(list.size()) + " values for " +
                    std::to_string(blocks) + " blocks");
    return list;
}

/// Features of the class that no Stable Diffusion 1 or 2 uses: they must be absent, null or have the value given here.
/// Keys that only matter to training or to other block classes are ignored.
void refuse_unsupported(const Json& json) {
    const std::vector<std::pair<const char*, Json>> table = {
        {"class_embed_type", nullptr},      {"addition_embed_type", nullptr},  {"encoder_hid_dim_type", nullptr},
        {"encoder_hid_dim", nullptr},       {"num_class_embeds", nullptr},     {"time_embedding_type", "positional"},
        {"time_embedding_act_fn", nullptr}, {"timestep_post_act", nullptr},    {"dual_cross_attention", false},
        {"attention_type", "default"},      {"class_embeddings_concat", false}};
    for (const auto& [key, supported] : table) {
        const bool absent = !json.contains(key) || json.at(key).is_null();
        if (!absent && json.at(key) != supported)
            throw Error(where + ": \"" + key + "\" is " + json.at(key).dump().substr(0, 60) + "; only " +
                        supported.dump() + " is supported.");
    }
}

/// No network has sizes above these; larger ones could overflow the costs.
constexpr int64_t max_channels = 1 << 20, max_transformer_layers = 2000;

int64_t size_of(const Json& json, const char* key, int64_t min, std::optional<int64_t> fallback = {}) {
    const auto size =
        fallback ? optional_or<int64_t>(json, key, *fallback, where) : required<int64_t>(json, key, where);
    if (size < min || size > max_channels)
        throw Error(where + ": \"" + key + "\" must be from " + std::to_string(min) + " to " +
                    std::to_string(max_channels) + ", not " + std::to_string(size));
    return size;
}

void check_known(const std::string& type, const std::vector<std::string>& known) {
    if (std::find(known.begin(), known.end(), type) == known.end())
        throw Error(where + ": the block class \"" + type + "\" is not known; known: " + listed(known) + ".");
}

}  // namespace

UNetConfig::UNetConfig(const Json& json) {
    refuse_unsupported(json);
    const auto channels = required<std::vector<int64_t>>(json, "block_out_channels", where);
    const auto down_types = required<std::vector<std::string>>(json, "down_block_types", where);
    const auto up_types = required<std::vector<std::string>>(json, "up_block_types", where);
    const size_t blocks = channels.size();
    if (blocks == 0 || blocks > 32 || down_types.size() != blocks || up_types.size() != blocks)
        throw Error(where +
                    ": block_out_channels, down_block_types and up_block_types must have the same length, 1 to 32");

    in_channels = size_of(json, "in_channels", 1);
    out_channels = size_of(json, "out_channels", 1);
    groups = optional_or<int64_t>(json, "norm_num_groups", 32, where);
    eps = optional_or<double>(json, "norm_eps", 1e-5, where);
    act = optional_or<std::string>(json, "act_fn", "silu", where);
    linear_projection = optional_or<bool>(json, "use_linear_projection", false, where);
    flip_sin_to_cos = optional_or<bool>(json, "flip_sin_to_cos", true, where);
    freq_shift = optional_or<double>(json, "freq_shift", 0, where);
    center_input_sample = optional_or<bool>(json, "center_input_sample", false, where);
    downsample_padding = optional_or<int64_t>(json, "downsample_padding", 1, where);
    conv_in_kernel = size_of(json, "conv_in_kernel", 1, 3);
    conv_out_kernel = size_of(json, "conv_out_kernel", 1, 3);
    mid_scale = optional_or<double>(json, "mid_block_scale_factor", 1.0, where);
    guidance_width = size_of(json, "time_cond_proj_dim", 0, 0);
    if (channels[0] < 1 || channels[0] > max_channels)
        throw Error(where + ": channels, layers and heads of block 0 do not fit together");
    time_width = size_of(json, "time_embedding_dim", 1, 4 * channels[0]);
    const auto time_scale_shift = optional_or<std::string>(json, "resnet_time_scale_shift", "default", where);
    check_known(time_scale_shift, {"default", "scale_shift"});
    scale_shift = time_scale_shift == "scale_shift";

    const auto layers = spread<int64_t>(json, "layers_per_block", 2, blocks);
    const auto context_dims = spread<int64_t>(json, "cross_attention_dim", 1280, blocks);
    const auto only_cross = spread<bool>(json, "only_cross_attention", false, blocks);
    const auto transformer_layers = spread<int64_t>(json, "transformer_layers_per_block", 1, blocks);
    // The config's attention_head_dim has always meant the number of heads; num_attention_heads was added later.
    const bool named = json.contains("num_attention_heads") && !json.at("num_attention_heads").is_null();
    const auto heads = spread<int64_t>(json, named ? "num_attention_heads" : "attention_head_dim", 8, blocks);
    const bool reversed_given = json.contains("reverse_transformer_layers_per_block") &&
                                !json.at("reverse_transformer_layers_per_block").is_null();

    for (size_t i = 0; i < blocks; ++i) {
        check_known(down_types[i], {"CrossAttnDownBlock2D", "DownBlock2D"});
        down_blocks.push_back(
            {down_types[i], channels[i], layers[i], heads[i], context_dims[i], transformer_layers[i], only_cross[i]});
        if (channels[i] < 1 || channels[i] > max_channels || layers[i] < 1 || layers[i] > 64 || heads[i] < 1 ||
            heads[i] > channels[i] || transformer_layers[i] < 1 || context_dims[i] < 1 ||
            context_dims[i] > max_channels)
            throw Error(where + ": channels, layers and heads of block " + std::to_string(i) + " do not fit together");
    }
    const auto up_transformer_layers =
        reversed_given ? spread<int64_t>(json, "reverse_transformer_layers_per_block", 1, blocks)
                       : std::vector<int64_t>(transformer_layers.rbegin(), transformer_layers.rend());
    for (size_t i = 0; i < blocks; ++i) {
        check_known(up_types[i], {"CrossAttnUpBlock2D", "UpBlock2D"});
        Block block = down_blocks[blocks - 1 - i];
        block.type = up_types[i];
        block.layers += 1;
        block.transformer_layers = up_transformer_layers[i];
        up_blocks.push_back(std::move(block));
    }

    check_transformer_layers();

    const bool no_mid = json.contains("mid_block_type") && json.at("mid_block_type").is_null();
    mid_block_type = no_mid ? "" : optional_or<std::string>(json, "mid_block_type", "UNetMidBlock2DCrossAttn", where);
    if (!no_mid) check_known(mid_block_type, {"UNetMidBlock2DCrossAttn", "UNetMidBlock2D"});
}

void UNetConfig::check_transformer_layers() const {
    int64_t all = 0;
    for (const std::vector<Block>& blocks : {down_blocks, up_blocks}) {
        for (const Block& block : blocks) {
            if (block.transformer_layers < 1 || block.transformer_layers > max_transformer_layers)
                throw Error(where + ": a block must have from 1 to " + std::to_string(max_transformer_layers) +
                            " transformer layers, not " + std::to_string(block.transformer_layers));
            all += block.layers * block.transformer_layers;
        }
    }
    if (all > max_transformer_layers)
        throw Error(where + ": the blocks have " + std::to_string(all) + " transformer layers, more than the " +
                    std::to_string(max_transformer_layers) + " that are supported");
}

}  // namespace fanlight
