#include "core/pipelines/denoising.h"

#include <ATen/ATen.h>

#include "core/weights/transfer.h"

namespace fanlight {

namespace {

/// One of their parameters.
std::vector<double> each(const std::vector<ImageTask>& batch, double ImageTask::*member) {
    std::vector<double> values;
    for (const ImageTask& image : batch) values.push_back(image.*member);
    return values;
}

Guidance guidance_of(const std::vector<ImageTask>& batch, int64_t guidance_width, at::Device device) {
    const bool is_none = guidance_width > 0 || batch.front().guided_steps() == 0;
    const std::vector<double> none(batch.size(), 1.0);
    return {is_none ? none : each(batch, &ImageTask::cfg_scale), each(batch, &ImageTask::rescale_cfg), device};
}

}  // namespace

Denoising::Denoising(const std::vector<ImageTask>& batch, const Json& scheduler_config, int64_t guidance_width,
                     at::ScalarType dtype, at::Device device)
    : dtype_(dtype),
      device_(device),
      sampler_(make_sampler(
          batch.front().sampler, batch.front().schedule, scheduler_config,
          {.steps = batch.front().steps, .timesteps = batch.front().given_timesteps(), .eta = batch.front().eta})),
      guidance_(guidance_of(batch, guidance_width, device)),
      guided_steps_(batch.front().guided_steps()) {
    for (const ImageTask& image : batch) seeds_.push_back({image.seed, image.subseed, image.subseed_strength});
    const std::vector<double> scales = each(batch, &ImageTask::cfg_scale);
    if (guidance_width > 0)
        guidance_input_ = to_device(at::tensor(std::vector<float>(scales.begin(), scales.end())), device);
}

at::Tensor Denoising::begin(const std::vector<int64_t>& latent_shape) {
    noise_ = std::make_unique<SeededNoise>(seeds_, latent_shape, dtype_, device_);
    x_ = noise_->draw() * sampler_->init_noise_sigma();
    evaluated_ = 0;
    return next_input();
}

at::Tensor Denoising::take(const at::Tensor& output) {
    last_x_ = x_;
    last_output_ = guided_at(evaluated_) ? guidance_.combine(output) : output;
    x_ = sampler_->step(last_output_, evaluated_, x_, *noise_);
    ++evaluated_;
    return next_input();
}

at::Tensor Denoising::predicted_latents() const { return sampler_->predicted(last_output_, evaluated_ - 1, last_x_); }

at::Tensor Denoising::next_input() const {
    return evaluated_ < evaluations() ? sampler_->scale_model_input(x_, evaluated_) : at::Tensor();
}

}  // namespace fanlight
