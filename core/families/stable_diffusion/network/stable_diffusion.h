#pragma once

#include <optional>

#include "core/families/stable_diffusion/network/text_conditioner.h"
#include "core/models/unet_2d_condition_model.h"
#include "core/pipelines/latent_colours.h"
#include "core/pipelines/network_half.h"
#include "core/pipelines/picture_decoder.h"

namespace fanlight {

/// Stable Diffusion 1.x and 2.x (Rombach et al. 2022): prompts to pictures, as diffusers' StableDiffusionPipeline makes
/// them with one CPU generator per image. If the model is cut into stages, the first one holds the text encoder, the
/// last one the sampler and the decoder, and each its own layers of the UNet.
class StableDiffusion : public Pipeline {
public:
    /// Text encoder and decoder lie on the placement's main device, the network's modules according to the placement.
    /// Throws Error naming the file or the unsupported value.
    StableDiffusion(ModelFolder folder, const Weights::Placement& placement, const Part& part = {});

    /// The images must have the same size, steps, sampler, schedule, eta and clip_skip, and as many guided steps.
    std::unique_ptr<Generation> open(const std::vector<Task>& batch) override;

private:
    class Images;

    const Part part_;
    const Weights::Placement placement_;  ///< for everything except the network
    const ModelFolder folder_;
    const Json scheduler_config_;
    const UNet2DConditionModel unet_;
    std::optional<TextConditioner> conditioner_;
    std::optional<PictureDecoder> decoder_;
    std::optional<LatentColours> colours_;
};

NetworkHalf stable_diffusion_network();

/// Loads layers of the component "unet". Throws Error naming the file, the tensor or the unsupported value.
UNet2DConditionModel load_unet(const ModelFolder& folder, const Weights::Placement& placement,
                               LayerRange layers = LayerRange::all());

}  // namespace fanlight
