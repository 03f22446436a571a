#include "core/pipelines/text_to_image.h"

#include <ATen/ATen.h>

namespace fanlight {

TextToImage::TextToImage(const std::filesystem::path& model, const Weights::Placement& placement,
                         const std::vector<Lora>& loras)
    : placement_{placement.dtype, placement.device},
      folder_(open_model(model, loras)),
      scheduler_config_(corrected_scheduler_config(folder_)),
      unet_(load_unet(folder_, placement)),
      conditioner_(folder_, placement_, unet_.context_dim()),
      decoder_(folder_, placement_, unet_.in_channels()) {}

at::Tensor TextToImage::denoise(const std::vector<ImageParameters>& batch, const OnStep& on_step) {
    Denoising denoising(batch, scheduler_config_, unet_.guidance_width(), placement_.dtype, placement_.device);
    under_way_ = &denoising;
    at::Tensor input = denoising.begin(decoder_.latent_shape(batch.front().width, batch.front().height));
    const TextContext context{conditioner_.context_of(batch, denoising.guided()), {}};

    for (size_t i = 0; i < denoising.evaluations(); ++i) {
        input = denoising.take(
            unet_.forward(denoising.widen(input), denoising.timestep(i), context, denoising.guidance_input()));
        if (!on_step(static_cast<int>(i + 1), static_cast<int>(denoising.evaluations()))) return {};
    }
    return denoising.latents();
}

at::Tensor TextToImage::preview() {
    if (!colours_) colours_.emplace(decoder_, placement_.dtype, placement_.device);
    return colours_->paint(under_way_->predicted_latents());
}

Pictures TextToImage::run(const std::vector<ImageParameters>& batch, const OnStep& on_step) {
    const at::Tensor latents = denoise(batch, on_step);
    return latents.defined() ? decoder_.decode(latents) : Pictures{};
}

}  // namespace fanlight
