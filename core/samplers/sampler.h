#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/samplers/noise_level.h"
#include "core/samplers/schedule_request.h"
#include "core/schedulers/scheduler_config.h"

namespace fanlight {

/// Gaussian noise of the latents' shape, one generator per image.
class NoiseSource {
public:
    virtual ~NoiseSource() = default;
    /// [B, C, h, w], in the latents' dtype and on their device.
    virtual at::Tensor draw() = 0;
};

/// One denoising method applied to one micro-batch. It is stepped from outside rather than looping over a callable, so
/// that a pipelined run can have many micro-batches in flight. Every entry of timesteps() is one evaluation of the
/// network:
///   x = noise * init_noise_sigma();          // or noised(picture, noise), after steps that are left out
///   for i: x = step(network(scale_model_input(x, i), timesteps()[i]), i, x, noise);
/// The semantics, including rounding, are those of the diffusers scheduler named at the top of each method's file. Not
/// thread-safe; steps are taken in order, once.
class Sampler {
public:
    virtual ~Sampler() = default;

    /// From the first step that is not skipped.
    const std::vector<double>& timesteps() const { return timesteps_; }
    double init_noise_sigma() const { return init_noise_sigma_; }
    /// Noise levels, one per timestep and the final one; empty for methods that only use alphas.
    const std::vector<float>& sigmas() const { return sigmas_; }

    /// The number of the step that evaluation i belongs to, from 0; skipped steps count.
    virtual size_t step_of(size_t i) const { return (skipped_ + i) / evaluations_a_step(); }

    virtual at::Tensor scale_model_input(const at::Tensor& x, size_t i) const {
        (void)i;
        return x;
    }

    /// model_output: the network's prediction (noise, velocity or flow), like x [B, C, h, w]. Returns the next x.
    virtual at::Tensor step(const at::Tensor& model_output, size_t i, const at::Tensor& x, NoiseSource& noise) = 0;

    /// The picture that the network's output implies, independent of the method: x0, like x. model_output, i and x are
    /// those given to step().
    at::Tensor predicted(const at::Tensor& model_output, size_t i, const at::Tensor& x) const;

    /// A picture (latents) with as much noise as the first evaluation expects.
    at::Tensor noised(const at::Tensor& picture, const at::Tensor& noise) const;

    /// Skips the first steps: timesteps() and sigmas() then begin with the next one. Call one of these at most once,
    /// before the first step.
    void skip(int steps);
    /// The same by evaluations; those of a step that is not skipped as a whole are taken.
    void skip_evaluations(size_t evaluations);

    /// The number of evaluations until the noise is below that of a training step, which is counted in.
    size_t evaluations_down_to(double timestep) const;
    /// How many training steps there are.
    int train_timesteps() const { return config_.train_timesteps; }

protected:
    explicit Sampler(const SchedulerConfig& config) : config_(config) {}

    /// Of the network's input at evaluation i.
    virtual NoiseLevel seen_level(size_t i) const = 0;
    /// Of x before the first evaluation, and of what the method keeps after rounding to a dtype.
    virtual NoiseLevel first_level(at::ScalarType dtype) const = 0;
    virtual size_t evaluations_a_step() const { return 1; }
    /// Whether another network may take over between steps alone. diffusers' methods are left within a step, too.
    virtual bool keeps_steps_whole() const { return false; }

    const SchedulerConfig config_;
    std::vector<double> timesteps_;
    std::vector<float> sigmas_;
    double init_noise_sigma_ = 1.0;
    size_t skipped_ = 0;  ///< evaluations

private:
    bool begins_step(size_t i) const { return i == 0 || i >= timesteps_.size() || step_of(i) != step_of(i - 1); }
};

/// `name`, `schedule`: core/batch/names.h; "default" follows the config. `scheduler_config`: the model's
/// scheduler_config.json, of any class: as in diffusers' from_config(), keys that the method knows are adopted, all
/// others get the method's own defaults. Throws Error naming the value and the choices.
std::unique_ptr<Sampler> make_sampler(const std::string& name, const std::string& schedule,
                                      const Json& scheduler_config, const ScheduleRequest& request);

}  // namespace fanlight
