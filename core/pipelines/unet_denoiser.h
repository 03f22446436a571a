#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/families/parts/unet_family.h"
#include "core/models/unet_2d_condition_model.h"
#include "core/pipelines/clip_conditioner.h"
#include "core/pipelines/network_half.h"
#include "core/pipelines/picture_denoiser.h"
#include "core/pipelines/picture_pipeline.h"

namespace fanlight {

/// A UNet with what tells it of a picture, CLIP's text encoders and numbers (Rombach et al. 2022, Podell et al. 2023),
/// as in diffusers' StableDiffusionPipeline and StableDiffusionXLPipeline. One thread.
class UNetDenoiser : public PictureDenoiser {
public:
    /// Text encoders lie on the placement's main device, and only in a first part; the network's modules according to
    /// the placement. `family` must outlive it. Throws Error naming the file or the unsupported value.
    UNetDenoiser(const UNetFamily& family, const ModelFolder& folder, const Weights::Placement& placement,
                 const Part& part = {});

    const LayerSequence& layers() const override { return unet_.layers(); }
    int64_t channels() const override { return unet_.in_channels(); }
    at::ScalarType latent_dtype() const override { return dtype_; }
    DenoisingNetwork sampled(const ImageTask&) const override { return {scheduler_config_, unet_.guidance_width()}; }
    void check(const ImageTask& image) const override;
    BatchTelling tell(const std::vector<ImageTask>& batch, bool guided) override;
    State enter(const at::Tensor& x, double timestep, const at::Tensor& guidance) const override {
        return unet_input(x, timestep, guidance);
    }

private:
    at::Tensor numbers_of(const std::vector<ImageTask>& batch, bool guided) const;

    const UNetFamily& family_;
    const bool sees_zeros_, brief_encoders_;
    const at::ScalarType dtype_;
    const at::Device device_;
    const Json scheduler_config_;
    const TextWidths text_;
    const UNet2DConditionModel unet_;
    std::optional<ClipConditioner> conditioner_;
};

/// Loads layers of the component "unet". Throws Error naming the file, the tensor or the unsupported value.
UNet2DConditionModel load_unet(const ModelFolder& folder, const Weights::Placement& placement,
                               LayerRange layers = LayerRange::all());

/// See NetworkHalf.
Probe probe_unet(const UNetFamily& family, const ModelFolder& folder, const Weights::Placement& placement,
                 const DescribedShape& shape);

/// The kind of picture model that such a family's are; it must outlive it.
PictureKind unet_pictures(const UNetFamily& family);

/// The network half of a family whose kind is `kind()`.
template <const UNetFamily& (*kind)()>
NetworkHalf unet_network(const std::string& family) {
    return {.family = family,
            .load = [](ModelFolder folder, const Weights::Placement& placement,
                       const Part& part) -> std::unique_ptr<Pipeline> {
                return std::make_unique<PicturePipeline>(unet_pictures(kind()), std::move(folder), placement, part);
            },
            .probe = [](const ModelFolder& folder, const Weights::Placement& placement,
                        const DescribedShape& shape) { return probe_unet(kind(), folder, placement, shape); },
            .has_encoders = true};
}

}  // namespace fanlight
