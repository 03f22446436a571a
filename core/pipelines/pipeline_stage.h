#pragma once

#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "core/parallel/parcel.h"
#include "core/pipelines/components.h"
#include "core/pipelines/denoising.h"
#include "core/pipelines/latent_colours.h"

namespace fanlight {

/// One stage of a TextToImage that is cut over several processes. The first stage holds the text encoder, the last one
/// the sampler and the decoder; each holds its own layers of the network and nothing else. A micro-batch goes round the
/// ring of stages once an evaluation: the last stage samples and sends the next input to the first. So many
/// micro-batches are under way at once, over all evaluations. One thread.
class PipelineStage {
public:
    struct Part {
        UNet2DConditionModel::LayerRange layers;
        bool first = true, last = true;
    };

    PipelineStage(const std::filesystem::path& model, const Weights::Placement& placement, const Part& part,
                  const std::vector<Lora>& loras = {});

    /// A micro-batch will come through: every stage is told before its first parcel arrives. Throws Error for what
    /// cannot be made.
    void open(int64_t micro_batch, const std::vector<ImageParameters>& batch);
    void close(int64_t micro_batch) { open_.erase(micro_batch); }

    /// The last stage draws the noise: what the first stage is to be sent.
    Parcel begin(int64_t micro_batch);

    /// Runs the layers here. Any but the last stage: what the next is to be sent. The last: what the first is to be
    /// sent, or nothing after the last evaluation.
    std::optional<Parcel> run(const Parcel& parcel);

    /// Evaluations that are done, of how many.
    std::pair<size_t, size_t> progress(int64_t micro_batch) const;

    /// After an evaluation, on the last stage: as TextToImage::preview().
    at::Tensor preview(int64_t micro_batch);

    /// After the last evaluation, on the last stage.
    Pictures decode(int64_t micro_batch) const;

private:
    struct MicroBatch {
        Denoising denoising;
        std::vector<int64_t> latent_shape;  ///< on the last stage
        std::vector<ImageParameters> images;
        TextContext context;
    };

    UNetState enter(const Parcel& parcel, MicroBatch& micro_batch);
    Parcel leave(const Parcel& parcel, const UNetState& state, const MicroBatch& micro_batch) const;

    const Weights::Placement placement_;
    const Part part_;
    const ModelFolder folder_;
    const Json scheduler_config_;
    const UNet2DConditionModel unet_;
    std::optional<TextConditioner> conditioner_;
    std::optional<PictureDecoder> decoder_;
    std::optional<LatentColours> colours_;
    std::map<int64_t, MicroBatch> open_;
};

}  // namespace fanlight
