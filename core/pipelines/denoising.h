#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <vector>

#include "core/base/json.h"
#include "core/batch/request.h"
#include "core/pipelines/guidance.h"
#include "core/samplers/sampler.h"

namespace fanlight {

/// One micro-batch on its way from noise to latents, an evaluation of the network at a time: the one who loops hands it
/// to the network, wherever that runs. The images are equal in size, steps, sampler, schedule and in being guided or
/// not. One thread.
class Denoising {
public:
    /// guidance_width: of the network's input for the guidance scale, 0: it has none. Throws Error for what cannot be
    /// made.
    Denoising(const std::vector<ImageTask>& batch, const Json& scheduler_config, int64_t guidance_width,
              at::ScalarType dtype, at::Device device);

    // What the network's entrance asks for.

    size_t evaluations() const { return sampler_->timesteps().size(); }
    double timestep(size_t i) const { return sampler_->timesteps()[i]; }
    bool guided() const { return guidance_.guided(); }
    /// [B] scales for a network that takes them as an input (LCM), which is never guided from outside; else undefined.
    const at::Tensor& guidance_input() const { return guidance_input_; }
    /// [B, C, h, w] -> [2B, C, h, w] when guided.
    at::Tensor widen(const at::Tensor& input) const { return guidance_.widen(input); }

    // What its exit asks for.

    /// Draws the noise. latent_shape: of one image, (1, C, h, w). Returns the first input, [B, C, h, w].
    at::Tensor begin(const std::vector<int64_t>& latent_shape);
    /// output: what the network made of the last input, widened. Returns the next one, undefined after the last.
    at::Tensor take(const at::Tensor& output);
    size_t evaluated() const { return evaluated_; }
    /// [B, C, h, w]
    const at::Tensor& latents() const { return x_; }
    /// The latents that the last output leads to if the network is right already, whatever the method makes of it.
    at::Tensor predicted_latents() const;

private:
    at::Tensor next_input() const;

    std::vector<uint64_t> seeds_;
    at::ScalarType dtype_;
    at::Device device_;
    std::unique_ptr<Sampler> sampler_;  ///< refuses a method or schedule that is none
    Guidance guidance_;
    at::Tensor guidance_input_;
    std::unique_ptr<NoiseSource> noise_;
    at::Tensor x_;
    at::Tensor last_x_, last_output_;  ///< of the last evaluation
    size_t evaluated_ = 0;
};

}  // namespace fanlight
