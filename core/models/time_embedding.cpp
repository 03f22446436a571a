#include "core/models/time_embedding.h"

#include <ATen/ATen.h>

#include <cmath>

namespace fanlight {

namespace {

/// numbers [n] and half as many frequencies as `width` -> [n, width]; an odd last column is zero.
at::Tensor sinusoids(const at::Tensor& numbers, const at::Tensor& frequencies, int64_t width, bool cosines_first) {
    const at::Tensor angles = numbers.unsqueeze(-1) * frequencies;
    const at::Tensor sines = angles.sin(), cosines = angles.cos();
    const at::Tensor waves = cosines_first ? at::cat({cosines, sines}, -1) : at::cat({sines, cosines}, -1);
    return width % 2 == 1 ? at::constant_pad_nd(waves, {0, 1}) : waves;
}

/// The angles reach thousands, so the last bit of a frequency matters: it is rounded where diffusers' is.
at::Tensor frequencies_of(int64_t width, double freq_shift, const at::TensorOptions& floats) {
    const int64_t half = width / 2;
    return at::exp(at::arange(half, floats) * -std::log(10000.0) / (static_cast<double>(half) - freq_shift));
}

}  // namespace

at::Tensor time_sinusoids(double time, int64_t width, const at::Tensor& like) {
    const auto floats = at::TensorOptions().dtype(at::kFloat).device(like.device());
    return sinusoids(at::full({1}, time, floats), frequencies_of(width, 0, floats), width, /*cosines_first=*/true);
}

TimeEmbedding::TimeEmbedding(const Weights& w, const TimeEmbeddingOptions& o)
    : options_(o),
      linear_1_(linear(w / "linear_1", o.width, o.time_width)),
      linear_2_(linear(w / "linear_2", o.time_width, o.time_width)) {
    if (o.guidance_width > 0) cond_proj_ = linear_no_bias(w / "cond_proj", o.guidance_width, o.width);
}

at::Tensor TimeEmbedding::operator()(double timestep, const at::Tensor& guidance, const at::Tensor& like) const {
    const auto floats = at::TensorOptions().dtype(at::kFloat).device(like.device());
    const at::Tensor frequencies = frequencies_of(options_.width, options_.freq_shift, floats);
    at::Tensor t = sinusoids(at::full({1}, timestep, floats), frequencies, options_.width, options_.flip_sin_to_cos)
                       .to(like.scalar_type());
    if (cond_proj_ && guidance.defined()) {
        const int64_t guidance_half = options_.guidance_width / 2;  // another formula than that of timesteps
        const float step = std::log(10000.0f) / static_cast<float>(guidance_half - 1);
        const at::Tensor scales = (guidance.to(floats) - 1) * 1000.0;
        const at::Tensor waves =
            sinusoids(scales, at::exp(at::arange(guidance_half, floats) * -step), options_.guidance_width, false);
        t = t + beside((*cond_proj_)(waves.to(like.scalar_type())), t);
    }
    return linear_2_(options_.act(linear_1_(t)));
}

AddedEmbedding::AddedEmbedding(const Weights& w, const AddedEmbeddingOptions& o)
    : options_(o),
      linear_1_(linear(w / "linear_1", o.width, o.time_width)),
      linear_2_(linear(w / "linear_2", o.time_width, o.time_width)) {}

at::Tensor AddedEmbedding::operator()(const at::Tensor& pooled, const at::Tensor& numbers,
                                      const at::Tensor& like) const {
    const auto floats = at::TensorOptions().dtype(at::kFloat).device(like.device());
    const at::Tensor frequencies = frequencies_of(options_.number_width, options_.freq_shift, floats);
    const at::Tensor waves =
        sinusoids(numbers.to(floats).flatten(), frequencies, options_.number_width, options_.flip_sin_to_cos);
    const at::Tensor all =
        at::cat({beside(pooled, like), waves.view({numbers.size(0), -1}).to(like.scalar_type())}, -1);
    return linear_2_(at::silu(linear_1_(all)));
}

}  // namespace fanlight
