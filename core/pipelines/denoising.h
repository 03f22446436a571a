#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <optional>
#include <vector>

#include "core/base/json.h"
#include "core/batch/request.h"
#include "core/pipelines/guidance.h"
#include "core/samplers/sampler.h"
#include "core/samplers/seeded_noise.h"

namespace fanlight {

/// What denoising depends on of a network.
struct DenoisingNetwork {
    const Json& scheduler_config;
    int64_t guidance_width = 0;     ///< of its input for the guidance scale; 0: it has none
    ScheduleRequest schedule = {};  ///< what its family knows of schedules; the images say the rest
};

/// The network that an evaluation is for: the refiner may take the last ones.
enum class Denoiser { Base, Refiner };

/// One micro-batch on its way from noise to latents, one evaluation at a time; the caller runs the network, wherever
/// that is. The images must have the same size, steps, sampler, schedule, eta and refiner_switch, and as many of their
/// steps must be guided. One thread.
class Denoising {
public:
    /// `refiner`: takes over where the images say. Throws Error for an unsupported sampler or schedule.
    Denoising(const std::vector<ImageTask>& batch, const DenoisingNetwork& base,
              const std::optional<DenoisingNetwork>& refiner, at::ScalarType dtype, at::Device device);

    // Before the network

    size_t evaluations() const { return phases_.back().end; }
    bool has(Denoiser denoiser) const;
    Denoiser denoiser(size_t evaluation) const { return phase_of(evaluation).denoiser; }
    double timestep(size_t evaluation) const;
    /// The sampling step, from 0, that an evaluation belongs to.
    int step_of(size_t evaluation) const;
    /// Whether steps of this network are guided.
    bool guides(Denoiser denoiser) const;
    /// Whether the network's input has rows for both prompts at an evaluation.
    bool guided_at(size_t evaluation) const;
    /// [B] scales, for a network that takes them as an input (LCM) and so is never guided; else undefined.
    const at::Tensor& guidance_input(size_t evaluation) const { return phase_of(evaluation).guidance_input; }
    /// [B, C, h, w] -> [2B, C, h, w] if guided there.
    at::Tensor widen(const at::Tensor& input, size_t evaluation) const {
        return guided_at(evaluation) ? phase_of(evaluation).guidance.widen(input) : input;
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
    /// The evaluations of one network, by a sampler of its own, which begins anew.
    struct Phase {
        Denoiser denoiser;
        std::unique_ptr<Sampler> sampler;
        Guidance guidance;
        at::Tensor guidance_input;
        size_t begin = 0, end = 0;
    };

    Phase phase_by(Denoiser denoiser, const std::vector<ImageTask>& batch, const DenoisingNetwork& network) const;
    void hand_over(Phase refiner, double at);
    const Phase& phase_of(size_t evaluation) const;
    at::Tensor next_input() const;

    std::vector<NoiseSeed> seeds_;
    at::ScalarType dtype_;
    at::Device device_;
    std::vector<Phase> phases_;  ///< in the order of their evaluations, without gaps; none is empty
    double init_noise_sigma_ = 1;
    const int guided_steps_;
    std::unique_ptr<NoiseSource> noise_;
    at::Tensor x_;
    at::Tensor last_x_, last_output_;  ///< of the last evaluation
    size_t evaluated_ = 0;
};

}  // namespace fanlight
