#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <vector>

#include "core/base/json.h"
#include "core/batch/request.h"
#include "core/pipelines/guidance.h"
#include "core/samplers/sampler.h"
#include "core/samplers/seeded_noise.h"

namespace fanlight {

/// One micro-batch on its way from noise to latents, one evaluation at a time; the caller runs the network, wherever
/// that is. The images must have the same size, steps, sampler, schedule and eta, and as many of their steps must be
/// guided. One thread.
class Denoising {
public:
    /// `guidance_width`: of the network's input for the guidance scale; 0: it has none. Throws Error for an unsupported
    /// sampler or schedule.
    Denoising(const std::vector<ImageTask>& batch, const Json& scheduler_config, int64_t guidance_width,
              at::ScalarType dtype, at::Device device);

    // Before the network

    size_t evaluations() const { return sampler_->timesteps().size(); }
    double timestep(size_t i) const { return sampler_->timesteps()[i]; }
    /// The sampling step, from 0, that an evaluation belongs to.
    int step_of(size_t evaluation) const { return static_cast<int>(sampler_->step_of(evaluation)); }
    bool guided() const { return guidance_.guided(); }
    /// Whether the network's input has rows for both prompts at an evaluation.
    bool guided_at(size_t evaluation) const { return guided() && step_of(evaluation) < guided_steps_; }
    /// [B] scales, for a network that takes them as an input (LCM) and so is never guided; else undefined.
    const at::Tensor& guidance_input() const { return guidance_input_; }
    /// [B, C, h, w] -> [2B, C, h, w] if guided there.
    at::Tensor widen(const at::Tensor& input, size_t evaluation) const {
        return guided_at(evaluation) ? guidance_.widen(input) : input;
    }

    // After the network

    /// Draws the noise. `latent_shape`: of one image, (1, C, h, w). Returns the first input, [B, C, h, w].
    at::Tensor begin(const std::vector<int64_t>& latent_shape);
    /// `output`: what the network returned for the last input, widened. Returns the next input, undefined after the
    /// last evaluation.
    at::Tensor take(const at::Tensor& output);
    size_t evaluated() const { return evaluated_; }
    /// [B, C, h, w]
    const at::Tensor& latents() const { return x_; }
    /// The final latents that the network's last output amounts to, whatever the sampler makes of it.
    at::Tensor predicted_latents() const;

private:
    at::Tensor next_input() const;

    std::vector<NoiseSeed> seeds_;
    at::ScalarType dtype_;
    at::Device device_;
    std::unique_ptr<Sampler> sampler_;
    Guidance guidance_;
    const int guided_steps_;
    at::Tensor guidance_input_;
    std::unique_ptr<NoiseSource> noise_;
    at::Tensor x_;
    at::Tensor last_x_, last_output_;  ///< of the last evaluation
    size_t evaluated_ = 0;
};

}  // namespace fanlight
