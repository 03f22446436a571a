#include "core/models/autoencoder_kl.h"

#include <ATen/ATen.h>

#include "core/layers/shapes.h"

namespace fanlight {

namespace {

const std::string where = "vae/config.json";

/// A projection with its current name or that in old checkpoints.
Linear projection(const Weights& w, const char* name, const char* old_name, int64_t channels) {
    const bool old = w.has(std::string(old_name) + ".weight");
    return linear(w / (old ? old_name : name), channels, channels);
}

}  // namespace

AutoencoderKL::Attention::Attention(const Weights& w, int64_t channels, int64_t groups)
    : group_norm(w / "group_norm", groups, channels, 1e-6),
      to_q(projection(w, "to_q", "query", channels)),
      to_k(projection(w, "to_k", "key", channels)),
      to_v(projection(w, "to_v", "value", channels)),
      to_out(projection(w, "to_out.0", "proj_attn", channels)) {}

at::Tensor AutoencoderKL::Attention::operator()(const at::Tensor& x) const {
    const auto [B, C, H, W] = dims<4>(x);
    const at::Tensor h = group_norm(x).flatten(2).transpose(1, 2);  // [B, H*W, C]
    const at::Tensor y = to_out(attend(to_q(h), to_k(h), to_v(h), 1));
    return y.transpose(1, 2).reshape({B, C, H, W}) + x;
}

AutoencoderKL::AutoencoderKL(const Weights& weights, const Json& config)
    : latent_channels_(optional_or<int64_t>(config, "latent_channels", 4, where)),
      scaling_factor_(optional_or<double>(config, "scaling_factor", 0.18215, where)) {
    const auto channels = required<std::vector<int64_t>>(config, "block_out_channels", where);
    const auto layers = optional_or<int64_t>(config, "layers_per_block", 1, where);
    const auto groups = optional_or<int64_t>(config, "norm_num_groups", 32, where);
    const auto out_channels = optional_or<int64_t>(config, "out_channels", 3, where);
    const Activation act = activation(optional_or<std::string>(config, "act_fn", "silu", where));
    if (channels.empty() || channels.size() > 12 || layers < 1 || layers > 64)
        throw Error(where + ": block_out_channels and layers_per_block do not fit together");
    if (out_channels != 3)
        throw Error(where + ": out_channels is " + std::to_string(out_channels) + "; only 3 (RGB) is supported.");
    if (scaling_factor_ == 0) throw Error(where + ": scaling_factor must not be 0");
    for (const char* key : {"latents_mean", "latents_std"})
        if (config.contains(key) && !config.at(key).is_null())
            throw Error(where + ": \"" + key + "\" is " + config.at(key).dump().substr(0, 60) +
                        "; only null is supported.");
    const auto types = required<std::vector<std::string>>(config, "up_block_types", where);
    if (types.size() != channels.size())
        throw Error(where + ": up_block_types lists " + std::to_string(types.size()) +
                    " blocks and block_out_channels " + std::to_string(channels.size()));
    for (const auto& type : types)
        if (type != "UpDecoderBlock2D")
            throw Error(where + ": the block class \"" + type + "\" is not known; known: UpDecoderBlock2D.");

    const Weights w = weights / "decoder";
    const auto resnet = [&](const Weights& place, int64_t in, int64_t out) {
        return ResnetBlock2D(place,
                             {.in_channels = in, .out_channels = out, .groups = groups, .eps = 1e-6, .act = act});
    };
    if (optional_or<bool>(config, "use_post_quant_conv", true, where))
        post_quant_conv_.emplace(weights / "post_quant_conv",
                                 Conv2dOptions{latent_channels_, latent_channels_, 1, 1, 0});
    int64_t in = channels.back();
    conv_in_.emplace(w / "conv_in", Conv2dOptions{latent_channels_, in});
    for (int64_t i = 0; i < 2; ++i) mid_resnets_.push_back(resnet(w / "mid_block" / "resnets" / i, in, in));
    if (optional_or<bool>(config, "mid_block_add_attention", true, where))
        mid_attention_.emplace(w / "mid_block" / "attentions" / 0, in, groups);
    for (size_t b = 0; b < channels.size(); ++b) {
        const Weights place = w / "up_blocks" / static_cast<int64_t>(b);
        const int64_t out = channels[channels.size() - 1 - b];
        UpBlock& block = up_blocks_.emplace_back();
        for (int64_t i = 0; i < layers + 1; ++i)
            block.resnets.push_back(resnet(place / "resnets" / i, i == 0 ? in : out, out));
        if (b + 1 < channels.size()) block.upsampler.emplace(place / "upsamplers" / 0, out);
        in = out;
    }
    conv_norm_out_.emplace(w / "conv_norm_out", groups, in, 1e-6);
    conv_out_.emplace(w / "conv_out", Conv2dOptions{in, out_channels});
}

at::Tensor AutoencoderKL::decode(const at::Tensor& latents) const {
    at::Tensor x = latents / scaling_factor_;  // Stable Diffusion 1 and 2 ignore the config's shift_factor
    if (post_quant_conv_) x = (*post_quant_conv_)(x);
    x = mid_resnets_[0]((*conv_in_)(x), {});
    if (mid_attention_) x = (*mid_attention_)(x);
    x = mid_resnets_[1](x, {});
    for (const UpBlock& block : up_blocks_) {
        for (const ResnetBlock2D& resnet : block.resnets) x = resnet(x, {});
        if (block.upsampler) x = (*block.upsampler)(x, {2 * x.size(2), 2 * x.size(3)});
    }
    return (*conv_out_)((*conv_norm_out_)(x, activation("silu")));
}

}  // namespace fanlight
