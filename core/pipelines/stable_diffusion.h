#pragma once

#include <optional>

#include "core/pipelines/components.h"
#include "core/pipelines/denoising.h"
#include "core/pipelines/latent_colours.h"
#include "core/pipelines/network_halves.h"

namespace fanlight {

/// Stable Diffusion 1.x and 2.x (Rombach et al. 2022): prompts to pictures. Equal to diffusers' StableDiffusionPipeline
/// with a CPU generator an image. Of a model that is cut the first stage holds the text encoder, the last one the
/// sampler and the decoder, and each its own layers of the UNet and nothing else.
class StableDiffusion : public Pipeline {
public:
    /// Text encoder and decoder lie on the placement's device, the network's modules where the placement says. Throws
    /// Error naming the file or the value that is not supported.
    StableDiffusion(ModelFolder folder, const Weights::Placement& placement, const Part& part = {});

    /// Images equal in size, steps, sampler, schedule, clip_skip and in being guided or not.
    std::unique_ptr<Generation> open(const std::vector<ImageParameters>& batch) override;

private:
    class Images;

    const Part part_;
    const Weights::Placement placement_;  ///< of what is not spread over devices
    const ModelFolder folder_;
    const Json scheduler_config_;
    const UNet2DConditionModel unet_;
    std::optional<TextConditioner> conditioner_;
    std::optional<PictureDecoder> decoder_;
    std::optional<LatentColours> colours_;
};

NetworkHalf stable_diffusion_network();

}  // namespace fanlight
