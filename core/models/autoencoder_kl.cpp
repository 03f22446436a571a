#include "core/models/autoencoder_kl.h"

#include <ATen/ATen.h>

#include "core/layers/shapes.h"

namespace fanlight {

namespace {

/// A projection with its current name or that in old checkpoints.
Linear attention_projection(const Weights& w, const char* name, const char* old_name, int64_t channels) {
    const bool old = w.has(std::string(old_name) + ".weight");
    return linear(w / (old ? old_name : name), channels, channels);
}

}  // namespace

AutoencoderKL::Attention::Attention(const Weights& w, int64_t channels, int64_t groups)
    : group_norm(w / "group_norm", groups, channels, 1e-6),
      to_q(attention_projection(w, "to_q", "query", channels)),
      to_k(attention_projection(w, "to_k", "key", channels)),
      to_v(attention_projection(w, "to_v", "value", channels)),
      to_out(attention_projection(w, "to_out.0", "proj_attn", channels)) {}

at::Tensor AutoencoderKL::Attention::operator()(const at::Tensor& x) const {
    const auto [B, C, H, W] = dims<4>(x);
    const at::Tensor h = group_norm(x).flatten(2).transpose(1, 2);  // [B, H*W, C]
    const at::Tensor y = to_out(attend(to_q(h), to_k(h), to_v(h), 1));
    return y.transpose(1, 2).reshape({B, C, H, W}) + x;
}

AutoencoderKL::AutoencoderKL(const Weights& weights, const AutoencoderConfig& config) : config_(config) {
    const std::vector<int64_t>& channels = config.channels;
    const int64_t groups = config.groups, latent_channels = config.latent_channels;
    const Activation act = activation(config.activation);
    const Weights w = weights / "decoder";
    const auto resnet = [&](const Weights& place, int64_t in, int64_t out) {
        return ResnetBlock2D(place,
                             {.in_channels = in, .out_channels = out, .groups = groups, .eps = 1e-6, .act = act});
    };
    if (config.patch > 1) {
        const auto statistics = [&](const char* name) {
            return (weights / "bn").take(name, {config.sampled_channels()}).to(at::kFloat).view({1, -1, 1, 1});
        };
        mean_ = statistics("running_mean");
        deviation_ = (statistics("running_var") + config.batch_norm_eps).sqrt();
    }
    if (config.post_quant_conv)
        post_quant_conv_.emplace(weights / "post_quant_conv", Conv2dOptions{latent_channels, latent_channels, 1, 1, 0});
    int64_t in = channels.back();
    conv_in_.emplace(w / "conv_in", Conv2dOptions{latent_channels, in});
    for (int64_t i = 0; i < 2; ++i) mid_resnets_.push_back(resnet(w / "mid_block" / "resnets" / i, in, in));
    if (config.mid_attention) mid_attention_.emplace(w / "mid_block" / "attentions" / 0, in, groups);
    for (size_t b = 0; b < channels.size(); ++b) {
        const Weights place = w / "up_blocks" / static_cast<int64_t>(b);
        const int64_t out = channels[channels.size() - 1 - b];
        UpBlock& block = up_blocks_.emplace_back();
        for (int64_t i = 0; i < config.layers + 1; ++i)
            block.resnets.push_back(resnet(place / "resnets" / i, i == 0 ? in : out, out));
        if (b + 1 < channels.size()) block.upsampler.emplace(place / "upsamplers" / 0, out);
        in = out;
    }
    conv_norm_out_.emplace(w / "conv_norm_out", groups, in, 1e-6);
    conv_out_.emplace(w / "conv_out", Conv2dOptions{in, 3});
}

at::Tensor AutoencoderKL::unpatchified(const at::Tensor& latents) const {
    if (config_.patch == 1) return latents;
    return at::pixel_shuffle(beside(latents, mean_).to(at::kFloat) * deviation_ + mean_, config_.patch);
}

at::Tensor AutoencoderKL::decode(const at::Tensor& latents, double shift) const {
    at::Tensor x = latents / config_.scaling_factor;
    if (shift != 0) x = x + shift;
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
