#include "core/models/unet_2d_condition_model.h"

#include <ATen/ATen.h>

#include <cmath>

#include "core/layers/shapes.h"

namespace fanlight {

namespace {

/// Sinusoids of a number (Vaswani et al. 2017) as float32 [n, width].
at::Tensor sinusoids(const at::Tensor& numbers, int64_t width, bool flip_sin_to_cos, double freq_shift) {
    const int64_t half = width / 2;
    const at::Tensor exponent =
        at::arange(half, at::TensorOptions().dtype(at::kFloat).device(numbers.device())) * (-std::log(10000.0)) / (static_cast<double>(half) - freq_shift);
    const at::Tensor angles = numbers.unsqueeze(-1) * at::exp(exponent).unsqueeze(0);
    at::Tensor waves = flip_sin_to_cos ? at::cat({angles.cos(), angles.sin()}, -1) : at::cat({angles.sin(), angles.cos()}, -1);
    return width % 2 == 1 ? at::constant_pad_nd(waves, {0, 1}) : waves;
}

at::Tensor pop(std::vector<at::Tensor>& stack) {
    at::Tensor top = std::move(stack.back());
    stack.pop_back();
    return top;
}

}  // namespace

UNet2DConditionModel::UNet2DConditionModel(const Weights& w, const Json& json) : config_(json), act_(activation(config_.act)) {
    const int64_t first = config_.down_blocks.front().channels;
    build_time_embedding(w);

    const Conv2d conv_in(w / "conv_in", {config_.in_channels, first, config_.conv_in_kernel, 1, (config_.conv_in_kernel - 1) / 2});
    add("conv_in", [conv_in, center = config_.center_input_sample](UNetState& s) {
        s.hidden = conv_in(center ? 2 * s.hidden - 1 : s.hidden);
        s.skips.push_back(s.hidden);
    });

    for (size_t i = 0; i < config_.down_blocks.size(); ++i)
        build_down(w / "down_blocks" / static_cast<int64_t>(i), i, i == 0 ? first : config_.down_blocks[i - 1].channels);
    if (!config_.mid_block_type.empty()) build_mid(w / "mid_block");
    for (size_t i = 0; i < config_.up_blocks.size(); ++i) {
        const auto& blocks = config_.up_blocks;
        build_up(w / "up_blocks" / static_cast<int64_t>(i), i, blocks[std::min(i + 1, blocks.size() - 1)].channels, blocks[i == 0 ? 0 : i - 1].channels);
    }

    const GroupNorm norm(w / "conv_norm_out", config_.groups, first, config_.eps);
    const Conv2d conv_out(w / "conv_out", {first, config_.out_channels, config_.conv_out_kernel, 1, (config_.conv_out_kernel - 1) / 2});
    add("conv_out", [norm, conv_out, act = act_](UNetState& s) { s.hidden = conv_out(act(norm(s.hidden))); });
}

void UNet2DConditionModel::build_time_embedding(const Weights& w) {
    const int64_t first = config_.down_blocks.front().channels;
    const Weights place = w / "time_embedding";
    const Linear linear_1 = linear(place / "linear_1", first, config_.time_width), linear_2 = linear(place / "linear_2", config_.time_width, config_.time_width);
    std::optional<Linear> cond_proj;
    if (config_.guidance_width > 0) cond_proj = linear_no_bias(place / "cond_proj", config_.guidance_width, first);

    add("time_embedding", [=, this, flip = config_.flip_sin_to_cos, shift = config_.freq_shift, width = config_.guidance_width, act = act_](UNetState& s) {
        const auto floats = at::TensorOptions().dtype(at::kFloat).device(s.hidden.device());
        at::Tensor t = sinusoids(at::full({1}, s.timestep, floats), first, flip, shift).to(s.hidden.scalar_type());
        if (cond_proj && s.guidance.defined()) {  // Luo et al. 2023 (LCM): sinusoids of 1000 (scale - 1), sines first
            const at::Tensor scales = sinusoids((s.guidance.to(floats) - 1) * 1000.0, width, false, 1);
            t = t + (*cond_proj)(scales.to(t.scalar_type()));
        }
        s.temb = linear_2(act(linear_1(t)));
    });
}

ResnetBlock2DOptions UNet2DConditionModel::resnet_options(int64_t in, int64_t out) const {
    return {.in_channels = in, .out_channels = out, .time_width = config_.time_width, .groups = config_.groups, .eps = config_.eps, .act = act_, .scale_shift = config_.scale_shift};
}

TransformerOptions UNet2DConditionModel::transformer_options(const UNetConfig::Block& block) const {
    return {.channels = block.channels, .heads = block.heads, .head_dim = block.channels / block.heads, .context_dim = block.context_dim,
            .layers = block.transformer_layers, .groups = config_.groups, .linear_projection = config_.linear_projection,
            .only_cross_attention = block.only_cross_attention};
}

void UNet2DConditionModel::build_down(const Weights& w, size_t index, int64_t in_channels) {
    const UNetConfig::Block& block = config_.down_blocks[index];
    const std::string name = "down_blocks." + std::to_string(index);
    for (int64_t i = 0; i < block.layers; ++i) {
        const auto resnet = std::make_shared<ResnetBlock2D>(w / "resnets" / i, resnet_options(i == 0 ? in_channels : block.channels, block.channels));
        const bool last = !block.has_attention();
        add(name + ".resnets." + std::to_string(i), [resnet, last](UNetState& s) {
            s.hidden = (*resnet)(s.hidden, s.temb);
            if (last) s.skips.push_back(s.hidden);
        });
        if (!block.has_attention()) continue;
        const auto attention = std::make_shared<Transformer2DModel>(w / "attentions" / i, transformer_options(block));
        add(name + ".attentions." + std::to_string(i), [attention](UNetState& s) {
            s.hidden = (*attention)(s.hidden, *s.context);
            s.skips.push_back(s.hidden);
        });
    }
    if (index + 1 == config_.down_blocks.size()) return;
    const auto downsample = std::make_shared<Downsample2D>(w / "downsamplers" / 0, block.channels, config_.downsample_padding);
    add(name + ".downsamplers.0", [downsample](UNetState& s) {
        s.hidden = (*downsample)(s.hidden);
        s.skips.push_back(s.hidden);
    });
}

void UNet2DConditionModel::build_mid(const Weights& w) {
    UNetConfig::Block block = config_.down_blocks.back();
    block.only_cross_attention = config_.mid_only_cross_attention;
    ResnetBlock2DOptions options = resnet_options(block.channels, block.channels);
    options.output_scale = config_.mid_scale;
    const auto add_resnet = [&](int64_t i) {
        const auto resnet = std::make_shared<ResnetBlock2D>(w / "resnets" / i, options);
        add("mid_block.resnets." + std::to_string(i), [resnet](UNetState& s) { s.hidden = (*resnet)(s.hidden, s.temb); });
    };
    add_resnet(0);
    if (config_.mid_block_type != "UNetMidBlock2DCrossAttn") return;
    const auto attention = std::make_shared<Transformer2DModel>(w / "attentions" / 0, transformer_options(block));
    add("mid_block.attentions.0", [attention](UNetState& s) { s.hidden = (*attention)(s.hidden, *s.context); });
    add_resnet(1);
}

void UNet2DConditionModel::build_up(const Weights& w, size_t index, int64_t in_channels, int64_t previous_channels) {
    const UNetConfig::Block& block = config_.up_blocks[index];
    const std::string name = "up_blocks." + std::to_string(index);
    for (int64_t i = 0; i < block.layers; ++i) {
        const int64_t skip = i + 1 == block.layers ? in_channels : block.channels;
        const int64_t in = i == 0 ? previous_channels : block.channels;
        const auto resnet = std::make_shared<ResnetBlock2D>(w / "resnets" / i, resnet_options(in + skip, block.channels));
        add(name + ".resnets." + std::to_string(i),
            [resnet](UNetState& s) { s.hidden = (*resnet)(at::cat({s.hidden, pop(s.skips)}, 1), s.temb); });
        if (!block.has_attention()) continue;
        const auto attention = std::make_shared<Transformer2DModel>(w / "attentions" / i, transformer_options(block));
        add(name + ".attentions." + std::to_string(i), [attention](UNetState& s) { s.hidden = (*attention)(s.hidden, *s.context); });
    }
    if (index + 1 == config_.up_blocks.size()) return;
    const auto upsample = std::make_shared<Upsample2D>(w / "upsamplers" / 0, block.channels);
    // To the size of the skip that comes next: twice, but for sizes that did not halve evenly.
    add(name + ".upsamplers.0", [upsample](UNetState& s) { s.hidden = (*upsample)(s.hidden, s.skips.back().sizes().slice(2)); });
}

at::Tensor UNet2DConditionModel::forward(const at::Tensor& x, double timestep, const TextContext& context, const at::Tensor& guidance) const {
    const auto [B, C, h, w] = dims<4>(x);
    UNetState state{.hidden = x, .timestep = timestep, .guidance = guidance, .context = &context};
    for (const Layer& layer : layers_) layer.run(state);
    return state.hidden;
}

}  // namespace fanlight
