#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "core/layers/layer_sequence.h"
#include "core/pipelines/batch_texts.h"
#include "core/pipelines/denoising.h"

namespace fanlight {

/// What a network is told of a micro-batch's pictures, step by step. One thread.
class BatchTelling {
public:
    /// Has one row for each text.
    using Tell = std::function<Conditioning(const std::vector<RowText>& texts)>;
    /// Reads all of these at once, since the text encoders leave afterwards.
    using ReadAhead = std::function<void(const std::set<RowText>& texts)>;

    BatchTelling(BatchTexts texts, Tell tell, ReadAhead read_ahead = {})
        : texts_(std::move(texts)), tell_(std::move(tell)), read_ahead_(std::move(read_ahead)) {}

    /// At a step, from 0. The same object as before if nothing has changed.
    std::shared_ptr<const Conditioning> at(int step);

    /// Has the texts of another micro-batch, which may be begun later, read with this one's.
    void expect(const BatchTelling& later) { expected_.merge(later.texts_.all()); }

private:
    const BatchTexts texts_;
    const Tell tell_;
    const ReadAhead read_ahead_;
    std::set<RowText> expected_;  ///< besides
    std::vector<RowText> rows_;   ///< what told_ was made of
    std::shared_ptr<const Conditioning> told_;
};

/// A network that makes pictures out of noise, or one stage of it, with what tells it of them: all of a model but its
/// decoder. One thread.
class PictureDenoiser {
public:
    virtual ~PictureDenoiser() = default;

    /// In this process.
    virtual const LayerSequence& layers() const = 0;

    /// Of latents, which the network takes and gives.
    virtual int64_t channels() const = 0;
    /// In which they are between evaluations.
    virtual at::ScalarType latent_dtype() const = 0;

    /// What sampling depends on for pictures of this size and so many steps.
    virtual DenoisingNetwork sampled(const ImageTask& image) const = 0;

    /// Throws Error if the network cannot be told of it.
    virtual void check(const ImageTask& image) const { static_cast<void>(image); }

    /// The first part only. `guided`: there are rows for the negative prompts, too, which come first. Must not outlive
    /// this. Throws Error if a prompt is not what the plan says of it.
    virtual BatchTelling tell(const std::vector<ImageTask>& batch, bool guided) = 0;

    /// The first part only: what the first layer takes. x: [R, C, h, w] with a row for each text; guidance: [R] scales
    /// for networks that take them, else undefined.
    virtual State enter(const at::Tensor& x, double timestep, const at::Tensor& guidance) const = 0;

    /// The last part only: what the sampler takes. -> [R, C, h, w]
    virtual at::Tensor leave(const State& state) const { return state.hidden; }
};

}  // namespace fanlight
