#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/pipelines/language_conditioner.h"
#include "core/pipelines/picture_denoiser.h"
#include "core/pipelines/pipeline.h"
#include "core/weights/model_folder.h"

namespace fanlight {

/// What tells a family's network from another's of this kind.
struct FlowNetwork {
    std::vector<LayerPlan> layers;  ///< of the component "transformer"
    int64_t channels;               ///< of latents
    int64_t token_side;             ///< of a picture's token, in pixels
    LanguageReading reading;
    int64_t text_width;  ///< of what is read of each token
    /// Whether a tensor belongs to another stage though no layer is called like it. Empty: none does.
    std::function<bool(const std::string& key)> is_elsewhere = {};
};

/// A transformer that predicts a flow and is told of pictures what a language model reads in their prompts, and as
/// `numbers` their height and width in tokens and whatever its family has besides. Latents are float32 in every dtype.
class FlowDenoiser : public PictureDenoiser {
public:
    const LayerSequence& layers() const override { return layers_; }
    int64_t channels() const override { return channels_; }
    at::ScalarType latent_dtype() const override { return at::kFloat; }
    DenoisingNetwork sampled(const ImageTask& image) const override {
        return {scheduler_config_, 0, schedule(image, image.height / token_side_ * (image.width / token_side_))};
    }
    BatchTelling tell(const std::vector<ImageTask>& batch, bool guided) override;

protected:
    /// `weights`: of the component. Throws Error naming the file or the unsupported value.
    FlowDenoiser(const ModelFolder& folder, const Weights& weights, FlowNetwork network, const Part& part);

    /// What the family's pipeline asks of the scheduler for a picture of so many tokens.
    virtual ScheduleRequest schedule(const ImageTask& image, int64_t image_tokens) const = 0;

    /// What the network is told of a picture in numbers besides its size.
    virtual std::vector<float> more_numbers(const ImageTask&) const { return {}; }

    at::ScalarType dtype() const { return dtype_; }

private:
    at::Tensor numbers_of(const std::vector<ImageTask>& batch) const;

    const int64_t channels_, token_side_;
    const bool brief_encoder_;
    const at::ScalarType dtype_;
    const at::Device device_;
    const Json scheduler_config_;
    const LayerSequence layers_;
    std::optional<LanguageConditioner> conditioner_;  ///< in the first part
};

}  // namespace fanlight
