#include "core/pipelines/unet_pictures.h"

#include <ATen/ATen.h>

#include <cstdio>

#include "core/pipelines/denoising.h"

namespace fanlight {

namespace {

DenoisingNetwork denoised_by(const UNetDenoiser& told) {
    return {told.scheduler_config(), told.network().guidance_width()};
}

}  // namespace

/// A micro-batch of pictures. The last part sends latents to the first: the sampler's next input.
class UNetPictures::Images : public Generation {
public:
    Images(UNetPictures& model, const std::vector<ImageTask>& batch)
        : Generation(model.part_, model.base_.network().layers()),
          model_(model),
          denoising_(batch, denoised_by(model.base_),
                     model.refiner_ ? std::optional(denoised_by(*model.refiner_)) : std::nullopt,
                     model.placement_.dtype, model.placement_.device),
          base_(model.base_, batch, denoising_.guides(Denoiser::Base)) {
        if (denoising_.has(Denoiser::Refiner))
            refiner_.emplace(*model.refiner_, batch, denoising_.guides(Denoiser::Refiner));
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
    const LayerSequence& layers(size_t evaluation) const override {
        const bool refines = denoising_.denoiser(evaluation) == Denoiser::Refiner;
        return (refines ? *model_.refiner_ : model_.base_).network().layers();
    }

    std::shared_ptr<const Conditioning> conditioning(size_t evaluation) override {
        const bool refines = denoising_.denoiser(evaluation) == Denoiser::Refiner;
        return (refines ? *refiner_ : base_).at(denoising_.step_of(evaluation));
    }

    State enter(size_t evaluation, NamedTensors input) override {
        return unet_input(denoising_.widen(input.get("latents"), evaluation), denoising_.timestep(evaluation),
                          denoising_.guidance_input(evaluation));
    }

    std::optional<NamedTensors> take(size_t, State state) override {
        const at::Tensor next = denoising_.take(state.hidden.to(model_.placement_.device).contiguous());
        if (!next.defined()) return std::nullopt;
        return NamedTensors{{"latents", next}};
    }

    Outputs outputs() override { return model_.decoder_->decode(denoising_.latents()); }

private:
    UNetPictures& model_;
    Denoising denoising_;
    UNetDenoiser::Telling base_;
    std::optional<UNetDenoiser::Telling> refiner_;
    std::vector<int64_t> latent_shape_;  ///< of one image; last stage only
};

UNetPictures::UNetPictures(const UNetFamily& family, ModelFolder folder, const Weights::Placement& placement,
                           const Part& part)
    : part_(part),
      placement_{placement.dtype, placement.device, {}, placement.experiments},
      folder_(std::move(folder)),
      base_(family, folder_, placement, part) {
    if (const ModelFolder* refiner = folder_.refiner()) {
        if (!part.first || !part.last)
            throw Error("A model with a refiner cannot be cut into stages; use replicas, or sharded.");
        Weights::Placement beside = placement_;
        if (is_offloaded(placement.device_map)) beside.device_map = placement.device_map;
        refiner_.emplace(family.refiner(), *refiner, beside, Part{.brief_encoders = part.brief_encoders});
    }
    if (part.last) decoder_.emplace(folder_, decoder_placement());
    if (part.last && base_.network().in_channels() != decoder_->latent_channels())
        throw Error("%1: the unet takes %2 channels and the vae decodes %3; inpainting models are not supported.",
                    folder_.path(), base_.network().in_channels(), decoder_->latent_channels());
}

Weights::Placement UNetPictures::decoder_placement() const {
    Weights::Placement placement = placement_;
    if (placement.dtype == at::kHalf && upcasts_decoder(base_.family(), folder_.files())) placement.dtype = at::kFloat;
    return placement;
}

void UNetPictures::set_preview_decoder(const std::string& file) {
    if (file == preview_decoder_) return;
    preview_decoder_ = file;
    tiny_previews_.reset();
}

TinyPreviews* UNetPictures::tiny_previews() {
    if (!tiny_previews_ && !preview_decoder_.empty()) {
        try {
            tiny_previews_.emplace(folder_, preview_decoder_, decoder_placement());
        } catch (const Error& error) {
            std::fprintf(stderr, "%s\n", error.what());  // in the worker's log
            preview_decoder_.clear();
        }
    }
    return tiny_previews_ ? &*tiny_previews_ : nullptr;
}

std::unique_ptr<Generation> UNetPictures::open(const std::vector<Task>& batch) {
    std::vector<ImageTask> images;
    for (const Task& task : batch) images.push_back(task.as<ImageTask>());
    for (const ImageTask& image : images)  // of which a refiner never reads the second ones
        if (base_.family().encoders.size() == 1 && !(image.prompt_2.empty() && image.negative_prompt_2.empty()))
            throw Error("The model has no second text encoder, and nothing reads the second prompt");
    return std::make_unique<Images>(*this, images);
}

Probe probe_unet(const UNetFamily& family, const ModelFolder& folder, const Weights::Placement& placement,
                 const DescribedShape& shape) {
    const UNetConfig config(folder.config("unet"));
    const TextWidths text = text_widths(folder.files(), family.encoders);
    const int64_t rows = shape.batch_size * (shape.guided ? 2 : 1), factor = latent_factor(folder.files());
    const auto options = at::TensorOptions().dtype(placement.dtype).device(placement.device);
    at::Tensor guidance;
    if (config.guidance_width > 0) guidance = at::full({rows}, 7.5, options.dtype(at::kFloat));
    const at::Tensor latents =
        at::randn({rows, config.in_channels, shape.height / factor, shape.width / factor}, options);
    Conditioning told{at::randn({rows, text.tokens, config.down_blocks.front().context_dim}, options)};
    if (const int64_t numbers = told_numbers(family, config, text); numbers > 0) {
        told.pooled = at::randn({rows, text.pooled}, options);
        told.numbers = at::full({rows, numbers}, 1024, options.dtype(at::kFloat));
    }
    return {unet_layers(config, folder.weights("unet", placement)), unet_input(latents, 500, guidance), told};
}

}  // namespace fanlight
