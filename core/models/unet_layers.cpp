#include "core/models/unet_layers.h"

#include <ATen/ATen.h>

#include <memory>

#include "core/layers/taps.h"
#include "core/models/resnet.h"
#include "core/models/time_embedding.h"
#include "core/models/transformer_2d.h"

namespace fanlight {

namespace {

using Skip = UNetLayerPlan::Skip;

std::string skip_name(size_t number) { return "skip." + std::to_string(number); }

/// The layer together with its effect on the skips.
Layer::Function with_skip(Skip skip, const std::string& name, const Layer::Function& layer) {
    if (skip == Skip::None) return layer;
    if (skip == Skip::Push)
        return [layer, name](State& state) {
            layer(state);
            state.named.put(name, state.hidden);
        };
    return [layer, name](State& state) {
        state.hidden = at::cat({state.hidden, beside(state.named.take(name), state.hidden)}, 1);
        layer(state);
    };
}

/// Names the layers and determines their options; the layers themselves are constructed later, where they are needed.
class Planner {
public:
    Planner(const UNetConfig& config, const Weights& weights)
        : config_(config), weights_(weights), act_(activation(config.act)) {}

    std::vector<UNetLayerPlan> plan() && {
        const auto& down = config_.down_blocks;
        const auto& up = config_.up_blocks;
        plan_entry();
        for (size_t i = 0; i < down.size(); ++i) plan_down(i, down[i == 0 ? 0 : i - 1].channels);
        if (!config_.mid_block_type.empty()) plan_mid();
        for (size_t i = 0; i < up.size(); ++i)
            plan_up(i, up[std::min(i + 1, up.size() - 1)].channels, up[i == 0 ? 0 : i - 1].channels);
        plan_exit();
        return std::move(plans_);
    }

private:
    /// A layer that is made as Module(its place in the checkpoint, arguments…) and run as run(module, state).
    template <typename Module, typename Run, typename... Arguments>
    void add(std::string name, Skip skip, Run run, Arguments... arguments) {
        if (skip == Skip::Pop) --skips_;
        auto make = [place = weights_ / name, run, skip, kept = skip_name(skips_), arguments...] {
            return with_skip(skip, kept,
                             [module = std::make_shared<const Module>(place, arguments...), run](State& state) {
                                 run(*module, state);
                             });
        };
        if (skip == Skip::Push) ++skips_;
        plans_.push_back({{std::move(name), std::move(make)}, skip});
    }

    void add_resnet(std::string name, Skip skip, int64_t in_channels, int64_t out_channels, double output_scale = 1.0) {
        add<ResnetBlock2D>(
            std::move(name), skip,
            [](const ResnetBlock2D& resnet, State& s) { s.hidden = resnet(s.hidden, s.named.get("temb")); },
            ResnetBlock2DOptions{.in_channels = in_channels,
                                 .out_channels = out_channels,
                                 .time_width = config_.time_width,
                                 .groups = config_.groups,
                                 .eps = config_.eps,
                                 .act = act_,
                                 .scale_shift = config_.scale_shift,
                                 .output_scale = output_scale});
    }

    void add_attention(std::string name, Skip skip, const UNetConfig::Block& block) {
        add<Transformer2DModel>(
            std::move(name), skip,
            [](const Transformer2DModel& attention, State& s) {
                s.hidden = attention(s.hidden, *s.conditioning, *s.memory);
            },
            TransformerOptions{.channels = block.channels,
                               .heads = block.heads,
                               .head_dim = block.channels / block.heads,
                               .context_dim = block.context_dim,
                               .layers = block.transformer_layers,
                               .groups = config_.groups,
                               .linear_projection = config_.linear_projection,
                               .only_cross_attention = block.only_cross_attention});
    }

    void plan_entry() {
        const int64_t first = config_.down_blocks.front().channels;
        add<TimeEmbedding>(
            "time_embedding", Skip::None,
            [](const TimeEmbedding& embed, State& s) {
                const double timestep = s.named.take("timestep").item<double>();
                const at::Tensor temb = embed(timestep, s.named.take("guidance"), s.hidden);
                tap("temb", temb);
                s.named.put("temb", temb);
            },
            TimeEmbeddingOptions{.width = first,
                                 .time_width = config_.time_width,
                                 .guidance_width = config_.guidance_width,
                                 .flip_sin_to_cos = config_.flip_sin_to_cos,
                                 .freq_shift = config_.freq_shift,
                                 .act = act_});
        add<Conv2d>(
            "conv_in", Skip::Push,
            [center = config_.center_input_sample](const Conv2d& conv, State& s) {
                s.hidden = conv(center ? 2 * s.hidden - 1 : s.hidden);
            },
            Conv2dOptions{config_.in_channels, first, config_.conv_in_kernel, 1, (config_.conv_in_kernel - 1) / 2});
    }

    void plan_down(size_t index, int64_t in_channels) {
        const UNetConfig::Block& block = config_.down_blocks[index];
        const std::string name = "down_blocks." + std::to_string(index);
        for (int64_t i = 0; i < block.layers; ++i) {
            const std::string number = std::to_string(i);
            add_resnet(name + ".resnets." + number, block.has_attention() ? Skip::None : Skip::Push,
                       i == 0 ? in_channels : block.channels, block.channels);
            if (block.has_attention()) add_attention(name + ".attentions." + number, Skip::Push, block);
        }
        if (index + 1 == config_.down_blocks.size()) return;
        add<Downsample2D>(
            name + ".downsamplers.0", Skip::Push,
            [](const Downsample2D& downsample, State& s) { s.hidden = downsample(s.hidden); }, block.channels,
            config_.downsample_padding);
    }

    void plan_mid() {
        UNetConfig::Block block = config_.down_blocks.back();
        block.only_cross_attention = false;
        add_resnet("mid_block.resnets.0", Skip::None, block.channels, block.channels, config_.mid_scale);
        if (config_.mid_block_type != "UNetMidBlock2DCrossAttn") return;
        add_attention("mid_block.attentions.0", Skip::None, block);
        add_resnet("mid_block.resnets.1", Skip::None, block.channels, block.channels, config_.mid_scale);
    }

    /// last_skip: channels of the last resnet's skip; the others have the block's own number.
    void plan_up(size_t index, int64_t last_skip, int64_t previous_channels) {
        const UNetConfig::Block& block = config_.up_blocks[index];
        const std::string name = "up_blocks." + std::to_string(index);
        for (int64_t i = 0; i < block.layers; ++i) {
            const std::string number = std::to_string(i);
            const int64_t skip = i + 1 == block.layers ? last_skip : block.channels;
            add_resnet(name + ".resnets." + number, Skip::Pop, (i == 0 ? previous_channels : block.channels) + skip,
                       block.channels);
            if (block.has_attention()) add_attention(name + ".attentions." + number, Skip::None, block);
        }
        if (index + 1 == config_.up_blocks.size()) return;
        // To the size of the next skip: doubled, except for sizes that could not be halved evenly.
        add<Upsample2D>(
            name + ".upsamplers.0", Skip::None,
            [skip = skip_name(skips_ - 1)](const Upsample2D& upsample, State& s) {
                s.hidden = upsample(s.hidden, s.named.get(skip).sizes().slice(2));
            },
            block.channels);
    }

    void plan_exit() {
        const int64_t first = config_.down_blocks.front().channels;
        add<GroupNorm>(
            "conv_norm_out", Skip::None,
            [act = act_](const GroupNorm& norm, State& s) { s.hidden = norm(s.hidden, act); }, config_.groups, first,
            config_.eps);
        add<Conv2d>(
            "conv_out", Skip::None, [](const Conv2d& conv, State& s) { s.hidden = conv(s.hidden); },
            Conv2dOptions{first, config_.out_channels, config_.conv_out_kernel, 1, (config_.conv_out_kernel - 1) / 2});
    }

    const UNetConfig& config_;
    const Weights& weights_;
    Activation act_;
    size_t skips_ = 0;  ///< number of skips stored before the next layer
    std::vector<UNetLayerPlan> plans_;
};

}  // namespace

State unet_input(const at::Tensor& x, double timestep, const at::Tensor& guidance) {
    State state{.hidden = x, .named = {{"timestep", at::scalar_tensor(timestep, at::kDouble)}}};
    if (guidance.defined()) state.named.put("guidance", guidance);
    return state;
}

std::vector<UNetLayerPlan> plan_layers(const UNetConfig& config, const Weights& weights) {
    return Planner(config, weights).plan();
}

std::vector<LayerPlan> unet_layers(const UNetConfig& config, const Weights& weights) {
    const std::vector<UNetLayerPlan> plans = plan_layers(config, weights);
    return {plans.begin(), plans.end()};
}

}  // namespace fanlight
