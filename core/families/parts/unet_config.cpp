#include "core/families/parts/unet_config.h"

#include <algorithm>
#include <numeric>

#include "core/base/config_numbers.h"
#include "core/base/text.h"
#include "core/families/parts/activation_name.h"

namespace fanlight {

namespace {

const Place where = "unet/config.json";

/// One value for all blocks, or a list with one per block.
template <typename T>
std::vector<T> spread(const Json& json, const char* key, T fallback, size_t blocks) {
    const Json value = optional_or<Json>(json, key, Json(fallback), where);
    if (!value.is_array()) return std::vector<T>(blocks, required<T>(Json{{key, value}}, key, where));
    const auto list = required<std::vector<T>>(json, key, where);
    if (list.size() != blocks) throw Error("%1: \"%2\" lists %3 values for %4 blocks", where, key, list.size(), blocks);
    return list;
}

/// Features of the class that no Stable Diffusion uses: they must be absent, null or have the value given here.
/// Keys that only matter to training or to other block classes are ignored.
void refuse_unsupported_network(const Json& json) {
    const std::vector<std::pair<const char*, Json>> table = {
        {"class_embed_type", nullptr},      {"encoder_hid_dim_type", nullptr}, {"addition_embed_type", "text_time"},
        {"encoder_hid_dim", nullptr},       {"num_class_embeds", nullptr},     {"time_embedding_type", "positional"},
        {"time_embedding_act_fn", nullptr}, {"timestep_post_act", nullptr},    {"dual_cross_attention", false},
        {"attention_type", "default"},      {"class_embeddings_concat", false}};
    for (const auto& [key, supported] : table) {
        const bool absent = !json.contains(key) || json.at(key).is_null();
        if (!absent && json.at(key) != supported)
            throw Error("%1: \"%2\" is %3; only %4 is supported.", where, key, excerpt(to_line(json.at(key))),
                        supported.dump());
    }
}

constexpr int64_t max_transformer_layers = 2000;

/// spread() with each value from `min` to `max`.
std::vector<int64_t> spread_numbers(const Json& json, const char* key, int64_t fallback, int64_t max, size_t blocks) {
    const auto values = spread<int64_t>(json, key, fallback, blocks);
    return whole_numbers({{key, values}}, key, 1, max, where);
}

constexpr const char *down_transformers_key = "transformer_layers_per_block",
                     *up_transformers_key = "reverse_transformer_layers_per_block";

/// What the key says of each block: one value for all, or a list.
std::vector<Json> each_block(const Json& json, const char* key, size_t blocks) {
    const Json value = optional_or<Json>(json, key, Json(1), where);
    if (!value.is_array()) return std::vector<Json>(blocks, value);
    if (value.size() != blocks)
        throw Error("%1: \"%2\" lists %3 values for %4 blocks", where, key, value.size(), blocks);
    return value.get<std::vector<Json>>();
}

/// The same for the way up, with its key: that of the way down, turned round, unless the network has been pruned.
std::pair<const char*, std::vector<Json>> up_transformers_of(const Json& json, const std::vector<Json>& down) {
    if (json.contains(up_transformers_key) && !json.at(up_transformers_key).is_null())
        return {up_transformers_key, each_block(json, up_transformers_key, down.size())};
    if (std::any_of(down.begin(), down.end(), [](const Json& value) { return value.is_array(); }))
        throw Error("%1: \"%2\" tells layers of a block apart, so \"%3\" is needed, too.", where, down_transformers_key,
                    up_transformers_key);
    return {down_transformers_key, std::vector<Json>(down.rbegin(), down.rend())};
}

/// `value`: a number for all of a block's attentions, or a list with one for each, as pruned networks have. Blocks
/// without attention may say what they like.
std::vector<int64_t> transformer_layers_of(const UNetConfig::Block& block, const Json& value, const char* key) {
    if (!block.has_attention()) return {};
    const auto attentions = static_cast<size_t>(block.layers);
    const Json list = value.is_array() ? value : Json::array({value});
    auto numbers = whole_numbers({{key, list}}, key, 1, max_transformer_layers, where);
    if (!value.is_array()) return std::vector<int64_t>(attentions, numbers.front());
    if (numbers.size() != attentions)
        throw Error("%1: \"%2\" lists %3 values for the %4 attentions of a block", where, key, numbers.size(),
                    attentions);
    return numbers;
}

void check_known(const std::string& type, const std::vector<std::string>& known) {
    if (std::find(known.begin(), known.end(), type) == known.end())
        throw Error("%1: the block class %2 is not known; known: %3.", where, in_quotes(type), listed(known));
}

}  // namespace

UNetConfig::UNetConfig(const Json& json) {
    refuse_unsupported_network(json);
    const auto channels = whole_numbers(json, "block_out_channels", 1, max_width, where);
    const auto down_types = required<std::vector<std::string>>(json, "down_block_types", where);
    const auto up_types = required<std::vector<std::string>>(json, "up_block_types", where);
    const size_t blocks = channels.size();
    if (blocks == 0 || blocks > max_blocks || down_types.size() != blocks || up_types.size() != blocks)
        throw Error("%1: block_out_channels, down_block_types and up_block_types must have the same length, 1 to 32",
                    where);

    in_channels = whole_number(json, "in_channels", 1, max_width, where);
    out_channels = whole_number(json, "out_channels", 1, max_width, where);
    groups = whole_number_or(json, "norm_num_groups", 32, 1, max_width, where);
    for (const int64_t own : channels) check_groups(own, groups, where);
    eps = number_or(json, "norm_eps", 1e-5, 0, 1, where);
    act = activation_name(json, "act_fn", "silu", where);
    linear_projection = optional_or<bool>(json, "use_linear_projection", false, where);
    center_input_sample = optional_or<bool>(json, "center_input_sample", false, where);
    downsample_padding = whole_number_or(json, "downsample_padding", 1, 0, 1, where);
    conv_in_kernel = whole_number_or(json, "conv_in_kernel", 3, 1, max_kernel, where);
    conv_out_kernel = whole_number_or(json, "conv_out_kernel", 3, 1, max_kernel, where);
    mid_scale = number_or(json, "mid_block_scale_factor", 1.0, 1e-3, 1e3, where);
    read_time_embedding(json, channels.front());
    read_added_embedding(json);

    read_blocks(json, channels);
    read_mid_block(json);
    check_transformer_layers();
}

void UNetConfig::read_blocks(const Json& json, const std::vector<int64_t>& channels) {
    const size_t blocks = channels.size();
    const auto down_types = required<std::vector<std::string>>(json, "down_block_types", where);
    const auto up_types = required<std::vector<std::string>>(json, "up_block_types", where);
    const auto layers = spread_numbers(json, "layers_per_block", 2, max_block_layers, blocks);
    const auto context_dims = spread_numbers(json, "cross_attention_dim", 1280, max_width, blocks);
    const auto only_cross = spread<bool>(json, "only_cross_attention", false, blocks);
    // The config's attention_head_dim has always meant the number of heads; num_attention_heads was added later.
    const bool named = json.contains("num_attention_heads") && !json.at("num_attention_heads").is_null();
    const auto heads = spread_numbers(json, named ? "num_attention_heads" : "attention_head_dim", 8, max_width, blocks);
    const std::vector<Json> down_transformers = each_block(json, down_transformers_key, blocks);
    for (size_t i = 0; i < blocks; ++i) {
        check_known(down_types[i], {"CrossAttnDownBlock2D", "DownBlock2D"});
        Block block{down_types[i], channels[i], layers[i], heads[i], context_dims[i], {}, only_cross[i]};
        block.transformer_layers = transformer_layers_of(block, down_transformers[i], down_transformers_key);
        down_blocks.push_back(std::move(block));
        if (heads[i] > channels[i])
            throw Error("%1: block %2 has %3 channels, which cannot be divided into %4 heads", where, i, channels[i],
                        heads[i]);
    }
    const auto [up_key, up_transformers] = up_transformers_of(json, down_transformers);
    for (size_t i = 0; i < blocks; ++i) {
        check_known(up_types[i], {"CrossAttnUpBlock2D", "UpBlock2D"});
        Block block = down_blocks[blocks - 1 - i];
        block.type = up_types[i];
        block.layers += 1;
        block.transformer_layers = transformer_layers_of(block, up_transformers[i], up_key);
        up_blocks.push_back(std::move(block));
    }
}

/// Its attention is as deep as the first one of the last block.
void UNetConfig::read_mid_block(const Json& json) {
    const bool no_mid = json.contains("mid_block_type") && json.at("mid_block_type").is_null();
    mid_block_type = no_mid ? "" : optional_or<std::string>(json, "mid_block_type", "UNetMidBlock2DCrossAttn", where);
    if (!no_mid) check_known(mid_block_type, {"UNetMidBlock2DCrossAttn", "UNetMidBlock2D"});
    Block mid = down_blocks.back();
    mid.type = mid_block_type == "UNetMidBlock2DCrossAttn" ? "CrossAttn" : "";
    const std::vector<int64_t> depths = transformer_layers_of(
        mid, each_block(json, down_transformers_key, down_blocks.size()).back(), down_transformers_key);
    mid_transformer_layers = depths.empty() ? 0 : depths.front();
}

void UNetConfig::read_time_embedding(const Json& json, int64_t width) {
    flip_sin_to_cos = optional_or<bool>(json, "flip_sin_to_cos", true, where);
    freq_shift = number_or(json, "freq_shift", 0, 0, 1, where);
    if (static_cast<double>(width / 2) <= freq_shift)  // sinusoids of half the width less this are computed
        throw Error("%1: the first of block_out_channels is %2, too few for a time embedding", where, width);
    guidance_width = whole_number_or(json, "time_cond_proj_dim", 0, 0, max_width, where);
    time_width = whole_number_or(json, "time_embedding_dim", 4 * width, 2, 4 * max_width, where);
    const auto scale_shift_kind = optional_or<std::string>(json, "resnet_time_scale_shift", "default", where);
    check_known(scale_shift_kind, {"default", "scale_shift"});
    scale_shift = scale_shift_kind == "scale_shift";
}

/// Any kind but "text_time" has been refused.
void UNetConfig::read_added_embedding(const Json& json) {
    added_width = number_width = 0;
    if (optional_or<std::string>(json, "addition_embed_type", "", where).empty()) return;
    number_width = whole_number(json, "addition_time_embed_dim", 2, max_width, where);
    added_width = whole_number(json, "projection_class_embeddings_input_dim", 1, max_width, where);
    if (static_cast<double>(number_width / 2) <= freq_shift)
        throw Error("%1: addition_time_embed_dim is %2, too few for an embedding of numbers", where, number_width);
}

/// Each block repeats its own, so together they may still be too many.
void UNetConfig::check_transformer_layers() const {
    int64_t all = mid_transformer_layers;
    for (const std::vector<Block>& blocks : {down_blocks, up_blocks})
        for (const Block& block : blocks)
            all = std::accumulate(block.transformer_layers.begin(), block.transformer_layers.end(), all);
    if (all > max_transformer_layers)
        throw Error("%1: the blocks have %2 transformer layers, more than the %3 that are supported", where, all,
                    max_transformer_layers);
}

}  // namespace fanlight
