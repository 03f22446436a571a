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

/// The sinusoids of a time alone, cosines first, in float32: [1, width], width even. like: a tensor on their device
at::Tensor time_sinusoids(double time, int64_t width, const at::Tensor& like);

struct AddedEmbeddingOptions {
    int64_t width;         ///< of the vector and the sinusoids of all numbers
    int64_t number_width;  ///< of the sinusoids of each number
    int64_t time_width;    ///< of the result
    bool flip_sin_to_cos;  ///< cosines first
    double freq_shift;
};

/// Embeds what is told of a whole picture, to be added to the embedding of the timestep: the text as one vector, and
/// numbers such as the picture's size (Stable Diffusion XL, Podell et al. 2023).
class AddedEmbedding {
public:
    AddedEmbedding(const Weights& w, const AddedEmbeddingOptions& options);

    /// pooled: [B, D]; numbers: [B, n] float32, where D + n * number_width is the width; like: a tensor with the dtype
    /// and device of the result -> [B, time_width]
    at::Tensor operator()(const at::Tensor& pooled, const at::Tensor& numbers, const at::Tensor& like) const;

private:
    AddedEmbeddingOptions options_;
    Linear linear_1_, linear_2_;
};

}  // namespace fanlight
