#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "core/families/parts/unet_family.h"
#include "core/models/unet_2d_condition_model.h"
#include "core/pipelines/batch_texts.h"
#include "core/pipelines/clip_conditioner.h"
#include "core/pipelines/pipeline.h"

namespace fanlight {

/// A UNet with what tells it of a picture, CLIP's text encoders and numbers: all of a model but its decoder. One
/// thread.
class UNetDenoiser {
public:
    /// Text encoders lie on the placement's main device, and only in a first part; the network's modules according to
    /// the placement. `family` must outlive it. Throws Error naming the file or the unsupported value.
    UNetDenoiser(const UNetFamily& family, const ModelFolder& folder, const Weights::Placement& placement,
                 const Part& part = {});

    const UNetFamily& family() const { return family_; }
    const Json& scheduler_config() const { return scheduler_config_; }
    const UNet2DConditionModel& network() const { return unet_; }

    /// What it is told of a micro-batch's pictures, step by step.
    class Telling {
    public:
        /// `guided`: there are rows for the negative prompts, too. Throws Error if a prompt's chunks are not those that
        /// its plan says. `told` must outlive it.
        Telling(UNetDenoiser& told, const std::vector<ImageTask>& batch, bool guided);

        /// Of a first part: at a step, from 0. The same object as before if nothing has changed.
        std::shared_ptr<const Conditioning> at(int step);

    private:
        at::Tensor numbers_of(const std::vector<ImageTask>& batch, bool guided) const;

        UNetDenoiser& told_;
        const BatchTexts texts_;
        at::Tensor numbers_;         ///< for each row; undefined: it is told none
        std::vector<RowText> rows_;  ///< what text_ was made of
        std::shared_ptr<const Conditioning> text_;
    };

private:
    const UNetFamily& family_;
    const bool sees_zeros_, brief_encoders_;
    const at::Device device_;
    const Json scheduler_config_;
    const TextWidths text_;
    const UNet2DConditionModel unet_;
    std::optional<ClipConditioner> conditioner_;
};

/// Loads layers of the component "unet". Throws Error naming the file, the tensor or the unsupported value.
UNet2DConditionModel load_unet(const ModelFolder& folder, const Weights::Placement& placement,
                               LayerRange layers = LayerRange::all());

}  // namespace fanlight
