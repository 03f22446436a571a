#include "core/models/unet_layers.h"

#include <ATen/ATen.h>

#include <memory>

#include "core/families/parts/unet_architecture.h"
#include "core/layers/taps.h"
#include "core/models/resnet.h"
#include "core/models/time_embedding.h"
#include "core/models/transformer_2d.h"

namespace fanlight {

namespace {

std::string skip_name(size_t number) { return "skip." + std::to_string(number); }

/// A module that takes its weights from `place` as Module(place, options…) and runs as run(module, state).
template <typename Module, typename Run, typename... Options>
Layer::Function running(const Weights& place, Run run, const Options&... options) {
    return [module = std::make_shared<const Module>(place, options...), run](State& state) { run(*module, state); };
}

/// Makes the module of each kind of layer.
struct Maker {
    const Weights& place;
    Activation act;
    std::string next_skip;  ///< that the way up takes next

    Layer::Function operator()(const unet::TimeEmbedding& o) const {
        const auto run = [](const TimeEmbedding& embed, State& s) {
            const double timestep = s.named.take("timestep").item<double>();
            const at::Tensor temb = embed(timestep, s.named.take("guidance"), s.hidden);
            tap("temb", temb);
            s.named.put("temb", temb);
        };
        return running<TimeEmbedding>(place, run,
                                      TimeEmbeddingOptions{.width = o.width,
                                                           .time_width = o.time_width,
                                                           .guidance_width = o.guidance_width,
                                                           .flip_sin_to_cos = o.flip_sin_to_cos,
                                                           .freq_shift = o.freq_shift,
                                                           .act = act});
    }

    /// Computed once per conditioning, on which alone it depends.
    Layer::Function operator()(const unet::AddedEmbedding& o) const {
        const auto run = [name = place.key("")](const AddedEmbedding& embed, State& s) {
            std::vector<at::Tensor>& added = (*s.memory)[name];
            if (added.empty()) added = {embed(s.conditioning->pooled, s.conditioning->numbers, s.hidden)};
            const at::Tensor temb = s.named.get("temb") + beside(added.front(), s.named.get("temb"));
            tap("temb", temb);
            s.named.put("temb", temb);
        };
        return running<AddedEmbedding>(place, run,
                                       AddedEmbeddingOptions{.width = o.width,
                                                             .number_width = o.number_width,
                                                             .time_width = o.time_width,
                                                             .flip_sin_to_cos = o.flip_sin_to_cos,
                                                             .freq_shift = o.freq_shift});
    }

    Layer::Function operator()(const unet::Convolution& o) const {
        const auto run = [centers = o.centers_input](const Conv2d& conv, State& s) {
            s.hidden = conv(centers ? 2 * s.hidden - 1 : s.hidden);
        };
        return running<Conv2d>(place, run,
                               Conv2dOptions{o.in_channels, o.out_channels, o.kernel, 1, (o.kernel - 1) / 2});
    }

    Layer::Function operator()(const unet::ResidualBlock& o) const {
        const auto run = [](const ResnetBlock2D& resnet, State& s) {
            s.hidden = resnet(s.hidden, s.named.get("temb"));
        };
        return running<ResnetBlock2D>(place, run,
                                      ResnetBlock2DOptions{.in_channels = o.in_channels,
                                                           .out_channels = o.out_channels,
                                                           .time_width = o.time_width,
                                                           .groups = o.groups,
                                                           .eps = o.eps,
                                                           .act = act,
                                                           .scale_shift = o.scale_shift,
                                                           .output_scale = o.output_scale});
    }

    Layer::Function operator()(const unet::Transformer& o) const {
        const auto run = [](const Transformer2DModel& transformer, State& s) {
            s.hidden = transformer(s.hidden, *s.conditioning, *s.memory);
        };
        return running<Transformer2DModel>(place, run,
                                           TransformerOptions{.channels = o.channels,
                                                              .heads = o.heads,
                                                              .head_dim = o.head_dim,
                                                              .context_dim = o.context_dim,
                                                              .layers = o.layers,
                                                              .groups = o.groups,
                                                              .linear_projection = o.linear_projection,
                                                              .only_cross_attention = o.only_cross_attention});
    }

    Layer::Function operator()(const unet::Downsampler& o) const {
        const auto run = [](const Downsample2D& downsample, State& s) { s.hidden = downsample(s.hidden); };
        return running<Downsample2D>(place, run, o.channels, o.padding);
    }

    Layer::Function operator()(const unet::Upsampler& o) const {
        const auto run = [next_skip = next_skip](const Upsample2D& upsample, State& s) {
            s.hidden = upsample(s.hidden, s.named.get(next_skip).sizes().slice(2));
        };
        return running<Upsample2D>(place, run, o.channels);
    }

    Layer::Function operator()(const unet::Norm& o) const {
        const auto run = [act = act](const GroupNorm& norm, State& s) { s.hidden = norm(s.hidden, act); };
        return running<GroupNorm>(place, run, o.groups, o.channels, o.eps);
    }
};

/// The layer with what it does to the skip of that name.
Layer::Function with_skip(unet::Skip skip, const std::string& name, const Layer::Function& layer) {
    if (skip == unet::Skip::None) return layer;
    if (skip == unet::Skip::Push)
        return [layer, name](State& state) {
            layer(state);
            state.named.put(name, state.hidden);
        };
    return [layer, name](State& state) {
        state.hidden = at::cat({state.hidden, beside(state.named.take(name), state.hidden)}, 1);
        layer(state);
    };
}

}  // namespace

State unet_input(const at::Tensor& x, double timestep, const at::Tensor& guidance) {
    State state{.hidden = x, .named = {{"timestep", at::scalar_tensor(timestep, at::kDouble)}}};
    if (guidance.defined()) state.named.put("guidance", guidance);
    return state;
}

std::vector<LayerPlan> unet_layers(const UNetConfig& config, const Weights& weights) {
    const Activation act = activation(config.act);
    std::vector<LayerPlan> plans;
    size_t skips = 0;  // that are kept where the next layer begins
    for (const unet::Layer& layer : unet::layers(config)) {
        if (layer.skip == unet::Skip::Pop) --skips;
        const std::string kept = skip_name(skips), next = skip_name(skips - 1);
        plans.push_back({layer.name, [layer, place = weights / layer.name, act, kept, next] {
                             return with_skip(layer.skip, kept, std::visit(Maker{place, act, next}, layer.kind));
                         }});
        if (layer.skip == unet::Skip::Push) ++skips;
    }
    return plans;
}

}  // namespace fanlight
