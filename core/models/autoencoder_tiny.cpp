#include "core/models/autoencoder_tiny.h"

#include <ATen/ATen.h>

namespace fanlight {

AutoencoderTiny::AutoencoderTiny(const Weights& weights, const AutoencoderTinyConfig& config) : config_(config) {
    for (const AutoencoderTinyConfig::Layer& layer : config.layers()) {
        const Weights w = weights / "decoder" / "layers" / layer.number;
        Layer& own = layers_.emplace_back(Layer{layer.follows_up, {}});
        if (layer.is_block)
            for (int64_t i = 0; i < 3; ++i)
                own.convs.emplace_back(w / "conv" / (2 * i), Conv2dOptions{layer.in, layer.out});
        else
            own.convs.emplace_back(
                w, Conv2dOptions{.in_channels = layer.in, .out_channels = layer.out, .has_bias = layer.has_bias});
    }
}

at::Tensor AutoencoderTiny::decode(const at::Tensor& latents) const {
    at::Tensor x = latents / config_.scaling_factor;
    x = activation("tanh")(x / 3) * 3;  // its latents are bounded
    bool is_first = true;
    for (const Layer& layer : layers_) {
        if (layer.follows_up) x = at::upsample_nearest2d(x, {2 * x.size(2), 2 * x.size(3)});
        if (layer.convs.size() > 1) {
            const at::Tensor h = layer.convs[1](at::relu(layer.convs[0](x)));
            x = at::relu(layer.convs[2](at::relu(h)) + x);
        } else {
            x = layer.convs[0](x);
            if (is_first) x = at::relu(x);
        }
        is_first = false;
    }
    return x.mul(2).sub(1);
}

}  // namespace fanlight
