#pragma once

#include <optional>
#include <string>

#include "core/pipelines/latent_colours.h"
#include "core/pipelines/network_half.h"
#include "core/pipelines/picture_decoder.h"
#include "core/pipelines/tiny_previews.h"
#include "core/pipelines/unet_denoiser.h"

namespace fanlight {

/// Prompts to pictures by a UNet that CLIP tells of them (Rombach et al. 2022, Podell et al. 2023), as diffusers'
/// StableDiffusionPipeline and StableDiffusionXLPipeline make them with one CPU generator per image. If the model is
/// cut into stages, the first one holds the text encoders, the last one the sampler and the decoder, and each its own
/// layers of the UNet. A refiner, a second UNet with a text encoder of its own, may take the last steps of the
/// pictures, as diffusers' StableDiffusionXLImg2ImgPipeline takes them; it lies whole on the main device.
class UNetPictures : public Pipeline {
public:
    /// Text encoders, refiner and decoder lie on the placement's main device, the network's modules according to the
    /// placement. `family` must outlive it. Throws Error naming the file or the unsupported value.
    UNetPictures(const UNetFamily& family, ModelFolder folder, const Weights::Placement& placement,
                 const Part& part = {});

    /// The images must have the same size, steps, sampler, schedule, eta, clip_skip and refiner_switch, and as many
    /// guided steps.
    std::unique_ptr<Generation> open(const std::vector<Task>& batch) override;

    void set_preview_decoder(const std::string& file) override;

private:
    class Images;

    /// nullptr: there is none.
    TinyPreviews* tiny_previews();

    Weights::Placement decoder_placement() const;

    const Part part_;
    const Weights::Placement placement_;  ///< for everything except the network
    const ModelFolder folder_;
    UNetDenoiser base_;
    std::optional<UNetDenoiser> refiner_;
    std::optional<PictureDecoder> decoder_;
    // Of previews, made when the first one is wanted
    std::optional<LatentColours> colours_;
    std::optional<TinyPreviews> tiny_previews_;
    std::string preview_decoder_;
};

/// See NetworkHalf.
Probe probe_unet(const UNetFamily& family, const ModelFolder& folder, const Weights::Placement& placement,
                 const DescribedShape& shape);

/// The network half of a family whose kind is `kind()`.
template <const UNetFamily& (*kind)()>
NetworkHalf unet_network(const std::string& family) {
    return {.family = family,
            .load = [](ModelFolder folder, const Weights::Placement& placement,
                       const Part& part) -> std::unique_ptr<Pipeline> {
                return std::make_unique<UNetPictures>(kind(), std::move(folder), placement, part);
            },
            .probe = [](const ModelFolder& folder, const Weights::Placement& placement,
                        const DescribedShape& shape) { return probe_unet(kind(), folder, placement, shape); },
            .has_encoders = true};
}

}  // namespace fanlight
