#pragma once

#include <ATen/core/Tensor.h>

#include <optional>

#include "core/layers/layers.h"

namespace fanlight {

struct TimeEmbeddingOptions {
    int64_t width;           ///< of the timestep's sinusoids
    int64_t time_width;      ///< of the result
    int64_t guidance_width;  ///< of the guidance scale's sinusoids; 0: the network does not take it
    bool flip_sin_to_cos;    ///< cosines first
    double freq_shift;
    Activation act;
};

/// Embeds the timestep, and the guidance scale if the network takes it (latent consistency models, Luo et al. 2023), as
/// a vector for the residual blocks: sinusoids (Vaswani et al. 2017) passed through two linear layers.
class TimeEmbedding {
public:
    TimeEmbedding(const Weights& w, const TimeEmbeddingOptions& options);

    /// guidance: [B] scales or undefined; like: a tensor with the dtype and device of the result -> [1 or B,
    /// time_width]
    at::Tensor operator()(double timestep, const at::Tensor& guidance, const at::Tensor& like) const;

private:
    TimeEmbeddingOptions options_;
    Linear linear_1_, linear_2_;
    std::optional<Linear> cond_proj_;
};

}  // namespace fanlight
