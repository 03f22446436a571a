#include "core/pipelines/denoising.h"

#include <ATen/ATen.h>

#include "core/samplers/seeded_noise.h"
#include "core/weights/transfer.h"

namespace fanlight {

namespace {

std::vector<double> scales_of(const std::vector<ImageTask>& batch) {
    std::vector<double> scales;
    for (const ImageTask& image : batch) scales.push_back(image.cfg_scale);
    return scales;
}

}  // namespace

Denoising::Denoising(const std::vector<ImageTask>& batch, const Json& scheduler_config, int64_t guidance_width,
                     at::ScalarType dtype, at::Device device)
    : dtype_(dtype),
      device_(device),
      sampler_(make_sampler(batch.front().sampler, batch.front().schedule, scheduler_config,
                            {.steps = batch.front().steps})),
      guidance_(guidance_width > 0 ? std::vector<double>(batch.size(), 1.0) : scales_of(batch), device) {
    for (const ImageTask& image : batch) seeds_.push_back(image.seed);
    const std::vector<double> scales = scales_of(batch);
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
    last_output_ = guidance_.combine(output);
    x_ = sampler_->step(last_output_, evaluated_, x_, *noise_);
    ++evaluated_;
    return next_input();
}

at::Tensor Denoising::predicted_latents() const { return sampler_->predicted(last_output_, evaluated_ - 1, last_x_); }

at::Tensor Denoising::next_input() const {
    return evaluated_ < evaluations() ? sampler_->scale_model_input(x_, evaluated_) : at::Tensor();
}

}  // namespace fanlight
