#include "core/pipelines/picture_pipeline.h"

#include <ATen/ATen.h>

#include <cstdio>

namespace fanlight {

/// A micro-batch of pictures. The last part sends latents to the first: the sampler's next input.
class PicturePipeline::Images : public Generation {
public:
    Images(PicturePipeline& model, const std::vector<ImageTask>& batch)
        : Generation(model.part_, model.base_->layers()),
          model_(model),
          denoising_(batch, model.base_->sampled(batch.front()),
                     model.refiner_ ? std::optional(model.refiner_->sampled(batch.front())) : std::nullopt,
                     model.base_->latent_dtype(), model.placement_.device) {
        if (model.part_.first) {
            base_.emplace(model.base_->tell(batch, denoising_.guides(Denoiser::Base)));
            model.expect_in(*base_, *model.base_);
            if (denoising_.has(Denoiser::Refiner)) {
                refiner_.emplace(model.refiner_->tell(batch, denoising_.guides(Denoiser::Refiner)));
                model.expect_in(*refiner_, *model.refiner_);
            }
            model.expected_.clear();
        }
        if (model.decoder_) latent_shape_ = model.decoder_->latent_shape(batch.front().width, batch.front().height);
    }

    NamedTensors begin() override { return {{"latents", denoising_.begin(latent_shape_)}}; }

    Progress progress() const override { return {denoising_.evaluated(), denoising_.evaluations()}; }

    at::Tensor preview() override {
        if (TinyPreviews* tiny = model_.tiny_previews()) return tiny->paint(denoising_.predicted_latents());
        auto& colours = model_.colours_;
        if (!colours) colours.emplace(*model_.decoder_, model_.placement_.dtype, model_.placement_.device);
        return colours->paint(denoising_.predicted_latents());
    }

protected:
    const LayerSequence& layers(size_t evaluation) const override { return denoiser(evaluation).layers(); }

    std::shared_ptr<const Conditioning> conditioning(size_t evaluation) override {
        return (refines(evaluation) ? *refiner_ : *base_).at(denoising_.step_of(evaluation));
    }

    State enter(size_t evaluation, NamedTensors input) override {
        return denoiser(evaluation)
            .enter(denoising_.widen(input.get("latents"), evaluation), denoising_.timestep(evaluation),
                   denoising_.guidance_input(evaluation));
    }

    void pass(size_t evaluation, State& state) override {
        if (model_.twin_ && denoising_.guided_at(evaluation))
            return model_.twin_->run(layers(evaluation), state, conditioning(evaluation), halves_);
        halves_ = {};
        Generation::pass(evaluation, state);
    }

    std::optional<NamedTensors> take(size_t evaluation, State state) override {
        const at::Tensor output = denoiser(evaluation).leave(state).to(model_.placement_.device).contiguous();
        const at::Tensor next = denoising_.take(output);
        if (!next.defined()) {
            halves_ = {};  // the decoder needs the memory
            return std::nullopt;
        }
        return NamedTensors{{"latents", next}};
    }

    Outputs outputs() override { return model_.decoder_->decode(denoising_.latents()); }

private:
    bool refines(size_t evaluation) const { return denoising_.denoiser(evaluation) == Denoiser::Refiner; }
    const PictureDenoiser& denoiser(size_t evaluation) const {
        return refines(evaluation) ? *model_.refiner_ : *model_.base_;
    }

    PicturePipeline& model_;
    Denoising denoising_;
    std::optional<BatchTelling> base_, refiner_;  ///< first stage only
    NetworkTwin::Halves halves_;                  ///< if there is a twin
    std::vector<int64_t> latent_shape_;           ///< of one image; last stage only
};

namespace {

Weights::Placement placement_of_decoder(const PictureKind& kind, const ModelFolder& folder,
                                        Weights::Placement placement) {
    if (placement.dtype == at::kHalf && kind.upcasts_decoder && kind.upcasts_decoder(folder.files()))
        placement.dtype = at::kFloat;
    return placement;
}

/// While text encoders work, the networks of those that take turns are not on their device.
Part with_room(Part part, std::function<void()> make_room) {
    if (part.takes_turns) part.make_room = std::move(make_room);
    return part;
}

Weights::Placement leaving(Weights::Placement placement, const Part& part) {
    placement.may_leave = part.takes_turns;
    if (part.cfg_device) placement.experiments.graphs = false;  // a card records nothing while another thread works
    return placement;
}

Weights::Placement placement_of_twin(Weights::Placement placement, at::Device device) {
    placement.device = device;
    placement.experiments.graphs = false;
    return placement;
}

}  // namespace

PicturePipeline::PicturePipeline(const PictureKind& kind, ModelFolder folder, const Weights::Placement& placement,
                                 const Part& part)
    : part_(with_room(part, [this] { networks_leave(); })),
      placement_(placement.beside()),
      decoder_placement_(placement_of_decoder(kind, folder, placement_)),
      folder_(std::move(folder)),
      base_(kind.denoiser(folder_, leaving(placement, part), part_)) {
    if (const ModelFolder* refiner = folder_.refiner()) {
        if (!part.first || !part.last)
            throw Error("A model with a refiner cannot be cut into stages; use replicas, or sharded.");
        Weights::Placement beside = leaving(placement_, part);
        if (is_offloaded(placement.device_map)) beside.device_map = placement.device_map;
        refiner_ = kind.refiner(*refiner, beside,
                                Part{.brief_encoders = part_.brief_encoders,
                                     .takes_turns = part_.takes_turns,
                                     .text_device = part_.text_device,
                                     .encoded_texts = part_.encoded_texts.of_refiner(),
                                     .make_room = part_.make_room});
    }
    if (part.cfg_device) {
        if (!part.first || !part.last || refiner_ || !folder_.family().separate_rows)
            throw Error("The halves of a guided evaluation of %1 cannot be made on two devices.", folder_.path());
        twin_.emplace(kind.denoiser(folder_, placement_of_twin(placement_, *part.cfg_device),
                                    Part{.first = false, .last = false}),
                      *part.cfg_device);
    }
    if (part.last) decoder_.emplace(folder_, decoder_placement_, kind.latent_shift);
    if (part.last && base_->channels() != decoder_->latent_channels())
        throw Error("%1: the network takes %2 channels and the VAE decodes %3; inpainting models are not supported.",
                    folder_.path(), base_->channels(), decoder_->latent_channels());
    if (part_.takes_turns) networks_leave();  // the text encoders come first
}

void PicturePipeline::networks_leave() const {
    for (const PictureDenoiser* denoiser : {base_.get(), refiner_.get()})
        if (denoiser) denoiser->layers().leave();
}

void PicturePipeline::expect(const std::vector<Task>& tasks) {
    expected_.clear();
    if (!part_.brief_encoders) return;
    for (const Task& task : tasks) expected_.push_back(task.as<ImageTask>());
}

/// What cannot be read is refused when it is ordered.
void PicturePipeline::expect_in(BatchTelling& telling, PictureDenoiser& denoiser) {
    for (const ImageTask& image : expected_) {
        try {
            telling.expect(denoiser.tell({image}, image.guided()));
        } catch (const Error&) {
            continue;
        }
    }
}

void PicturePipeline::set_preview_decoder(const std::string& file) {
    if (file == preview_decoder_) return;
    preview_decoder_ = file;
    tiny_previews_.reset();
}

TinyPreviews* PicturePipeline::tiny_previews() {
    if (!tiny_previews_ && !preview_decoder_.empty()) {
        try {
            tiny_previews_.emplace(folder_, preview_decoder_, decoder_placement_);
        } catch (const Error& error) {
            std::fprintf(stderr, "%s\n", error.what());  // in the worker's log
            preview_decoder_.clear();
        }
    }
    return tiny_previews_ ? &*tiny_previews_ : nullptr;
}

std::unique_ptr<Generation> PicturePipeline::open(const std::vector<Task>& batch) {
    std::vector<ImageTask> images;
    for (const Task& task : batch) images.push_back(task.as<ImageTask>());
    for (const ImageTask& image : images) base_->check(image);
    return std::make_unique<Images>(*this, images);
}

}  // namespace fanlight
