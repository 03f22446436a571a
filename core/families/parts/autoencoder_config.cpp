#include "core/families/parts/autoencoder_config.h"

#include "core/base/config_numbers.h"
#include "core/families/parts/activation_name.h"

namespace fanlight {

namespace {

const Place where = "vae/config.json";
constexpr size_t most_blocks = 12;  // each doubles the latents' sides

/// What only other autoencoders have.
void refuse_unsupported_decoder(const Json& json, size_t blocks) {
    if (const auto out_channels = whole_number_or(json, "out_channels", 3, 1, max_width, where); out_channels != 3)
        throw Error("%1: out_channels is %2; only 3 (RGB) is supported.", where, out_channels);
    for (const char* key : {"latents_mean", "latents_std"})
        if (json.contains(key) && !json.at(key).is_null())
            throw Error("%1: \"%2\" is %3; only null is supported.", where, key, excerpt(to_line(json.at(key))));
    const auto types = required<std::vector<std::string>>(json, "up_block_types", where);
    if (types.size() != blocks)
        throw Error("%1: up_block_types lists %2 blocks and block_out_channels %3", where, types.size(), blocks);
    for (const std::string& type : types)
        if (type != "UpDecoderBlock2D")
            throw Error("%1: the block class %2 is not known; known: UpDecoderBlock2D.", where, in_quotes(type));
}

bool is_of_flux_2(const Json& json) {
    return optional_or<std::string>(json, "_class_name", "AutoencoderKL", where) == "AutoencoderKLFlux2";
}

/// A decoder may have other blocks than its encoder.
const char* channels_key(const Json& json) {
    constexpr const char* own = "decoder_block_out_channels";
    return json.contains(own) && !json.at(own).is_null() ? own : "block_out_channels";
}

int64_t patch_of(const Json& json) {
    if (!is_of_flux_2(json)) return 1;
    const Json usual = {2, 2}, patch = json.value("patch_size", usual);
    if (patch != usual)
        throw Error("%1: \"%2\" is %3; only %4 is supported.", where, "patch_size", excerpt(to_line(patch)),
                    usual.dump());
    return 2;
}

}  // namespace

AutoencoderConfig::AutoencoderConfig(const Json& json)
    : channels(whole_numbers(json, channels_key(json), 1, max_width, where)),
      latent_channels(whole_number_or(json, "latent_channels", 4, 1, max_width, where)),
      layers(whole_number_or(json, "layers_per_block", 1, 1, max_block_layers, where)),
      groups(whole_number_or(json, "norm_num_groups", 32, 1, max_width, where)),
      patch(patch_of(json)),
      batch_norm_eps(number_or(json, "batch_norm_eps", 1e-4, 0, 1, where)),
      scaling_factor(is_of_flux_2(json) ? 1 : number_or(json, "scaling_factor", 0.18215, 1e-3, 1e3, where)),
      shift_factor(number_or(json, "shift_factor", 0, -1e3, 1e3, where)),
      activation(activation_name(json, "act_fn", "silu", where)),
      post_quant_conv(optional_or<bool>(json, "use_post_quant_conv", true, where)),
      mid_attention(optional_or<bool>(json, "mid_block_add_attention", true, where)),
      force_upcast(optional_or<bool>(json, "force_upcast", true, where)) {
    if (channels.empty() || channels.size() > most_blocks)
        throw Error("%1: block_out_channels must list 1 to %2 blocks", where, most_blocks);
    for (const int64_t own : channels) check_groups(own, groups, where);
    refuse_unsupported_decoder(json, channels.size());
}

}  // namespace fanlight
