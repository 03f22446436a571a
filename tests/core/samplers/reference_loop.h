#pragma once

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "core/samplers/sampler.h"
#include "core/samplers/seeded_noise.h"
#include "tests/core/samplers/golden.h"

// The loops of tests/golden/samplers.py, run here.
namespace fanlight {

inline const std::vector<NoiseSeed> reference_seeds = {{11}, {(uint64_t{1} << 40) + 5}};

inline at::Tensor reference_network(const at::Tensor& x, double t) {
    return (x * 0.6 + x.flip(1) * 0.3) * ((t + 1.0) / (t + 500.0));
}

inline at::ScalarType dtype_named(const std::string& name) {
    return name == "float32" ? at::kFloat : name == "bfloat16" ? at::kBFloat16 : at::kHalf;
}

/// Of the numbers of a dtype: in half precision a few units in the last place.
inline double tolerance_of(const std::string& dtype) {
    return dtype == "float32" ? 1e-5 : dtype == "bfloat16" ? 3e-2 : 4e-3;
}

/// Largest difference, as a share of the largest value (at least 1).
inline double difference(const at::Tensor& actual, const at::Tensor& expected) {
    const double scale = std::max(1.0, expected.abs().max().item<double>());
    return (actual.to(at::kFloat) - expected).abs().max().item<double>() / scale;
}

/// The same of each number: as a share of the larger of 1 and the value expected.
template <typename T>
double difference(const std::vector<T>& actual, const std::vector<float>& expected) {
    if (actual.size() != expected.size()) return HUGE_VAL;
    double worst = 0;
    for (size_t i = 0; i < actual.size(); ++i) {
        const double gap =
            std::abs(actual[i] - expected[i]) / std::max(1.0, std::abs(static_cast<double>(expected[i])));
        worst = std::max(worst, gap);
    }
    return worst;
}

/// Takes all steps from x; how far x strays from the reference's after one of them, at most. `predicted`: the pictures
/// that the reference makes of the network's answers, or none.
inline double largest_difference(Sampler& sampler, at::Tensor x, NoiseSource& noise, const Json& expected,
                                 const Json& predicted = Json::array()) {
    if (expected.size() != sampler.timesteps().size()) return HUGE_VAL;
    const at::ScalarType dtype = x.scalar_type();
    double worst = 0;
    for (size_t i = 0; i < expected.size(); ++i) {
        const at::Tensor out = reference_network(sampler.scale_model_input(x, i), sampler.timesteps()[i]);
        if (!predicted.empty())
            worst = std::max(worst, difference(sampler.predicted(out, i, x), unpacked(predicted.at(i), x.sizes())));
        x = sampler.step(out, i, x, noise);
        if (x.scalar_type() != dtype) return HUGE_VAL;
        worst = std::max(worst, difference(x, unpacked(expected.at(i), x.sizes())));
    }
    return worst;
}

}  // namespace fanlight
