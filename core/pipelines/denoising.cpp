#include "core/pipelines/denoising.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

#include "core/weights/transfer.h"

namespace fanlight {

namespace {

/// One of their parameters.
std::vector<double> each(const std::vector<ImageTask>& batch, double ImageTask::*member) {
    std::vector<double> values;
    for (const ImageTask& image : batch) values.push_back(image.*member);
    return values;
}

at::Tensor guidance_input_of(const std::vector<ImageTask>& batch, int64_t guidance_width, at::Device device) {
    if (guidance_width == 0) return {};
    const std::vector<double> scales = each(batch, &ImageTask::cfg_scale);
    return to_device(at::tensor(std::vector<float>(scales.begin(), scales.end())), device);
}

Guidance guidance_of(const std::vector<ImageTask>& batch, int64_t guidance_width, at::Device device) {
    const double floor = batch.front().guidance_scale().floor;
    const bool is_none = guidance_width > 0 || batch.front().guided_steps() == 0;
    if (is_none) return {{}, {}, floor, device};
    std::vector<double> scales;
    for (const ImageTask& image : batch) scales.push_back(image.guidance_scale().value);
    return {scales, each(batch, &ImageTask::rescale_cfg), floor, device};
}

}  // namespace

Denoising::Denoising(const std::vector<ImageTask>& batch, const DenoisingNetwork& base,
                     const std::optional<DenoisingNetwork>& refiner, at::ScalarType dtype, at::Device device)
    : dtype_(dtype), device_(device), guided_steps_(batch.front().guided_steps()) {
    for (const ImageTask& image : batch) seeds_.push_back({image.seed, image.subseed, image.subseed_strength});
    phases_.push_back(phase_by(Denoiser::Base, batch, base));
    init_noise_sigma_ = phases_.front().sampler->init_noise_sigma();
    const double at = batch.front().refiner_switch;
    if (refiner && at < 1) hand_over(phase_by(Denoiser::Refiner, batch, *refiner), at);
}

Denoising::Phase Denoising::phase_by(Denoiser denoiser, const std::vector<ImageTask>& batch,
                                     const DenoisingNetwork& network) const {
    const ImageTask& first = batch.front();
    ScheduleRequest request = network.schedule;
    request.steps = first.steps;
    request.timesteps = first.given_timesteps();
    request.eta = first.eta;
    request.shift = first.shift;
    Phase phase{.denoiser = denoiser,
                .sampler = make_sampler(first.sampler, first.schedule, network.scheduler_config, request),
                .guidance = guidance_of(batch, network.guidance_width, device_),
                .guidance_input = guidance_input_of(batch, network.guidance_width, device_)};
    phase.end = phase.sampler->timesteps().size();
    return phase;
}

/// As diffusers cuts with denoising_end and denoising_start: each network takes those of its own timesteps that lie on
/// its side. Of methods with several evaluations a step the refiner begins with a whole one, which repeats what the
/// base may have done of it.
void Denoising::hand_over(Phase refiner, double at) {
    const auto before_cut = [&](const Sampler& sampler) {
        const double all = sampler.train_timesteps();
        return sampler.evaluations_down_to(std::nearbyint(all - all * at));
    };
    const size_t skipped = before_cut(*refiner.sampler);
    if (skipped == refiner.end) return;  // nothing is left to it
    Phase& base = phases_.front();
    base.end = before_cut(*base.sampler);
    refiner.sampler->skip_evaluations(skipped);
    refiner.begin = base.end;
    refiner.end = base.end + refiner.sampler->timesteps().size();
    if (base.end == 0) phases_.clear();
    phases_.push_back(std::move(refiner));
}

const Denoising::Phase& Denoising::phase_of(size_t evaluation) const {
    return evaluation < phases_.front().end ? phases_.front() : phases_.back();
}

bool Denoising::has(Denoiser denoiser) const {
    return std::any_of(phases_.begin(), phases_.end(), [&](const Phase& phase) { return phase.denoiser == denoiser; });
}

double Denoising::timestep(size_t evaluation) const {
    const Phase& phase = phase_of(evaluation);
    return phase.sampler->timesteps()[evaluation - phase.begin];
}

int Denoising::step_of(size_t evaluation) const {
    const Phase& phase = phase_of(evaluation);
    return static_cast<int>(phase.sampler->step_of(evaluation - phase.begin));
}

bool Denoising::guides(Denoiser denoiser) const {
    return std::any_of(phases_.begin(), phases_.end(),
                       [&](const Phase& phase) { return phase.denoiser == denoiser && phase.guidance.guided(); });
}

bool Denoising::guided_at(size_t evaluation) const {
    return phase_of(evaluation).guidance.guided() && step_of(evaluation) < guided_steps_;
}

at::Tensor Denoising::begin(const std::vector<int64_t>& latent_shape) {
    noise_ = std::make_unique<SeededNoise>(seeds_, latent_shape, dtype_, device_);
    x_ = noise_->draw() * init_noise_sigma_;
    evaluated_ = 0;
    return next_input();
}

at::Tensor Denoising::take(const at::Tensor& output) {
    const Phase& phase = phase_of(evaluated_);
    last_x_ = x_;
    last_output_ = guided_at(evaluated_) ? phase.guidance.combine(output) : output;
    x_ = phase.sampler->step(last_output_, evaluated_ - phase.begin, x_, *noise_);
    ++evaluated_;
    return next_input();
}

at::Tensor Denoising::predicted_latents() const {
    const Phase& phase = phase_of(evaluated_ - 1);
    return phase.sampler->predicted(last_output_, evaluated_ - 1 - phase.begin, last_x_);
}

at::Tensor Denoising::next_input() const {
    if (evaluated_ >= evaluations()) return {};
    const Phase& phase = phase_of(evaluated_);
    return phase.sampler->scale_model_input(x_, evaluated_ - phase.begin);
}

}  // namespace fanlight
