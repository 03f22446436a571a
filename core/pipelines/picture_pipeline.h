#pragma once

#include <optional>
#include <string>

#include "core/pipelines/latent_colours.h"
#include "core/pipelines/network_half.h"
#include "core/pipelines/network_twin.h"
#include "core/pipelines/picture_decoder.h"
#include "core/pipelines/picture_denoiser.h"
#include "core/pipelines/tiny_previews.h"

namespace fanlight {

/// What tells a kind of picture model from another while its pictures are made. Its functions throw Error naming the
/// file or the unsupported value.
struct PictureKind {
    /// Text encoders lie on the placement's main device, and only in a first part; the network's modules according to
    /// the placement.
    using Load = std::function<std::unique_ptr<PictureDenoiser>(const ModelFolder& folder,
                                                                const Weights::Placement& placement, const Part& part)>;
    Load denoiser;
    Load refiner = {};  ///< empty: nothing finishes such pictures
    /// Whether a model of float16 is decoded in float32. Empty: none is.
    std::function<bool(const ModelFiles& model)> upcasts_decoder = {};
    LatentShift latent_shift = LatentShift::Ignored;
};

/// Prompts to pictures, as diffusers' pipelines make them with one CPU generator per image. If the model is cut into
/// stages, the first one holds the text encoders, the last one the sampler and the decoder, and each its own layers of
/// the network. A refiner, a second network with text encoders of its own, may take the last steps of the pictures, as
/// diffusers' StableDiffusionXLImg2ImgPipeline takes them; it lies whole on the main device.
class PicturePipeline : public Pipeline {
public:
    /// Text encoders, refiner and decoder lie on the placement's main device, the network's modules according to the
    /// placement. Throws Error naming the file or the unsupported value.
    PicturePipeline(const PictureKind& kind, ModelFolder folder, const Weights::Placement& placement,
                    const Part& part = {});

    /// The images must have the same size, steps, sampler, schedule, eta, clip_skip and refiner_switch, and as many
    /// guided steps.
    std::unique_ptr<Generation> open(const std::vector<Task>& batch) override;

    void set_preview_decoder(const std::string& file) override;
    void expect(const std::vector<Task>& tasks) override;

private:
    class Images;

    /// nullptr: there is none.
    TinyPreviews* tiny_previews();
    void networks_leave() const;
    void expect_in(BatchTelling& telling, PictureDenoiser& denoiser);

    const Part part_;
    const Weights::Placement placement_;  ///< for everything except the network
    const Weights::Placement decoder_placement_;
    const ModelFolder folder_;
    std::unique_ptr<PictureDenoiser> base_, refiner_;  ///< the latter may be null
    std::optional<NetworkTwin> twin_;                  ///< of the base, on Part::cfg_device
    std::optional<PictureDecoder> decoder_;
    std::vector<ImageTask> expected_;  ///< until a micro-batch's texts are read
    // Of previews, made when the first one is wanted
    std::optional<LatentColours> colours_;
    std::optional<TinyPreviews> tiny_previews_;
    std::string preview_decoder_;
};

}  // namespace fanlight
