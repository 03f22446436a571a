#include "core/samplers/prediction.h"

#include <ATen/ATen.h>

#include <cmath>

namespace fanlight {

at::Tensor predicted_original(Prediction prediction, const at::Tensor& out, const at::Tensor& x, float alpha,
                              float sigma) {
    switch (prediction) {
        case Prediction::Epsilon:
            return (x - out * sigma) / alpha;
        case Prediction::V:
            return x * alpha - out * sigma;
        case Prediction::Sample:
            return out;
    }
    return out;
}

at::Tensor predicted_noise(Prediction prediction, const at::Tensor& out, const at::Tensor& x, float alpha,
                           float sigma) {
    switch (prediction) {
        case Prediction::Epsilon:
            return out;
        case Prediction::V:
            return out * alpha + x * sigma;
        case Prediction::Sample:
            return (x - out * alpha) / sigma;
    }
    return out;
}

at::Tensor predicted_original(Prediction prediction, const at::Tensor& out, const at::Tensor& x, float sigma) {
    switch (prediction) {
        case Prediction::Epsilon:
            return x - out * sigma;
        case Prediction::V:
            return out * (-sigma / std::sqrt(sigma * sigma + 1)) + x / (sigma * sigma + 1);
        case Prediction::Sample:
            return out;
    }
    return out;
}

at::Tensor limited(const SchedulerConfig& config, const at::Tensor& original) {
    if (config.thresholding) {
        const at::Tensor flat = original.to(at::kFloat).flatten(1);
        const at::Tensor bound = at::quantile(flat.abs(), config.dynamic_thresholding_ratio, 1)
                                     .clamp(1.0, config.sample_max_value)
                                     .unsqueeze(1);
        const at::Tensor bounded = at::clamp(flat, -bound, bound) / bound;
        return bounded.view(original.sizes()).to(original.scalar_type());
    }
    return config.clip_sample ? original.clamp(-config.clip_sample_range, config.clip_sample_range) : original;
}

}  // namespace fanlight
