#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <vector>

#include "core/pipelines/components.h"
#include "core/pipelines/denoising.h"
#include "core/pipelines/latent_colours.h"

namespace fanlight {

/// Stable Diffusion 1.x and 2.x (Rombach et al. 2022) from a diffusers folder or one file: prompts to pictures, a
/// micro-batch at a time. Equal to diffusers' StableDiffusionPipeline with a CPU generator an image. One thread.
class TextToImage {
public:
    /// Text encoder and decoder lie on the placement's device, the network's modules where the placement says. Throws
    /// Error naming the file or the value that is not supported.
    TextToImage(const std::filesystem::path& model, const Weights::Placement& placement,
                const std::vector<Lora>& loras = {});

    /// Told after each evaluation of the network; false gives the micro-batch up.
    using OnStep = std::function<bool(int step, int of)>;

    /// One micro-batch: images equal in size, steps, sampler, schedule, clip_skip and in being guided or not. The
    /// images are undefined when `on_step` gave it up. Throws Error for what cannot be made.
    Pictures run(const std::vector<ImageParameters>& batch, const OnStep& on_step);

    /// Within `on_step`: what the images will look like, as far as can be told, [B, h, w, 3] uint8 on the CPU, small.
    at::Tensor preview();

private:
    at::Tensor denoise(const std::vector<ImageParameters>& batch, const OnStep& on_step);

    const Weights::Placement placement_;  ///< of what is not spread over devices
    ModelFolder folder_;
    Json scheduler_config_;
    UNet2DConditionModel unet_;
    TextConditioner conditioner_;
    PictureDecoder decoder_;
    std::optional<LatentColours> colours_;
    const Denoising* under_way_ = nullptr;
};

}  // namespace fanlight
