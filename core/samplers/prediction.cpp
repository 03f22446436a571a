#include "core/samplers/prediction.h"

#include <ATen/ATen.h>

#include <cmath>

namespace fanlight {

at::Tensor predicted_original(Prediction prediction, const at::Tensor& out, const at::Tensor& x,
                              const NoiseLevel& level) {
    switch (prediction) {
        case Prediction::Epsilon:
            return (x - out * level.sigma) / level.alpha;
        case Prediction::V:
            return x * level.alpha - out * level.sigma;
        case Prediction::Flow:
            return x - out * level.sigma;
        case Prediction::Sample:
            return out;
    }
    return out;
}

at::Tensor predicted_noise(Prediction prediction, const at::Tensor& out, const at::Tensor& x, const NoiseLevel& level) {
    switch (prediction) {
        case Prediction::Epsilon:
            return out;
        case Prediction::V:
            return out * level.alpha + x * level.sigma;
        case Prediction::Flow:
            return x + out * level.alpha;
        case Prediction::Sample:
            return (x - out * level.alpha) / level.sigma;
    }
    return out;
}

at::Tensor predicted_original(Prediction prediction, const at::Tensor& out, const at::Tensor& x, float sigma) {
    switch (prediction) {
        case Prediction::Epsilon:
            return x - out * sigma;
        case Prediction::V:
            return out * (-sigma / std::sqrt(sigma * sigma + 1)) + x / (sigma * sigma + 1);
        case Prediction::Flow:
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

float rounded(float value, at::ScalarType dtype) {
    if (dtype == at::kHalf) return static_cast<float>(c10::Half(value));
    return dtype == at::kBFloat16 ? static_cast<float>(c10::BFloat16(value)) : value;
}

}  // namespace fanlight
