#include "core/pipelines/unet_pictures.h"

#include <ATen/ATen.h>

#include <cstdio>

#include "core/pipelines/denoising.h"
#include "core/pipelines/load_component.h"
#include "core/weights/transfer.h"

namespace fanlight {

UNet2DConditionModel load_unet(const ModelFolder& folder, const Weights::Placement& placement, LayerRange layers) {
    const Weights weights = folder.weights("unet", placement);
    UNet2DConditionModel unet(weights, folder.config("unet"), layers);
    check_complete(folder, "unet", weights,
                   [&](const std::string& key) { return unet.layers().belongs_elsewhere(key); });
    return unet;
}

/// A micro-batch of pictures. The last part sends latents to the first: the sampler's next input.
class UNetPictures::Images : public Generation {
public:
    Images(UNetPictures& model, const std::vector<ImageTask>& batch)
        : Generation(model.part_, model.unet_.layers()),
          model_(model),
          denoising_(batch, model.scheduler_config_, model.unet_.guidance_width(), model.placement_.dtype,
                     model.placement_.device),
          texts_(batch, denoising_.guided(), model.family_.zeros_without_negative) {
        if (model.conditioner_) {
            for (const ImageTask& image : batch) model.conditioner_->check(image);
            if (told_numbers(model.unet_.config(), model.text_) > 0) numbers_ = numbers_of(batch);
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
    std::shared_ptr<const Conditioning> conditioning(size_t evaluation) override {
        std::vector<RowText> rows = texts_.at(denoising_.step_of(evaluation));
        if (!text_ || rows != rows_) {
            Conditioning told = model_.conditioner_->conditioning_of(rows);
            if (numbers_.defined()) told.numbers = numbers_.slice(0, 0, static_cast<int64_t>(rows.size()));
            text_ = std::make_shared<const Conditioning>(std::move(told));
            rows_ = std::move(rows);
        }
        return text_;
    }

    State enter(size_t evaluation, NamedTensors input) override {
        return unet_input(denoising_.widen(input.get("latents"), evaluation), denoising_.timestep(evaluation),
                          denoising_.guidance_input());
    }

    std::optional<NamedTensors> take(size_t, State state) override {
        const at::Tensor next = denoising_.take(state.hidden.to(model_.placement_.device).contiguous());
        if (!next.defined()) return std::nullopt;
        return NamedTensors{{"latents", next}};
    }

    Outputs outputs() override { return model_.decoder_->decode(denoising_.latents()); }

private:
    /// The negative prompt's are the same.
    at::Tensor numbers_of(const std::vector<ImageTask>& batch) const {
        std::vector<float> numbers;
        for (const ImageTask& image : batch) {
            const PictureSize whole = image.original_size.value_or(PictureSize{image.width, image.height});
            for (const int number :
                 {whole.height, whole.width, image.crop.top, image.crop.left, image.height, image.width})
                numbers.push_back(static_cast<float>(number));
        }
        const at::Tensor rows = at::tensor(numbers).view({static_cast<int64_t>(batch.size()), -1});
        return to_device(denoising_.guided() ? at::cat({rows, rows}) : rows, model_.placement_.device);
    }

    UNetPictures& model_;
    Denoising denoising_;
    const BatchTexts texts_;
    std::vector<int64_t> latent_shape_;  ///< of one image; last stage only
    // First stage only
    at::Tensor numbers_;         ///< what it is told of the pictures besides, for each row; undefined: nothing
    std::vector<RowText> rows_;  ///< what text_ was made of
    std::shared_ptr<const Conditioning> text_;
};

UNetPictures::UNetPictures(const UNetFamily& family, ModelFolder folder, const Weights::Placement& placement,
                           const Part& part)
    : family_(family),
      part_(part),
      placement_{placement.dtype, placement.device, {}, placement.experiments},
      folder_(std::move(folder)),
      scheduler_config_(family.scheduler_config(folder_.config("scheduler"))),
      text_(text_widths(folder_.files(), family.encoders)),
      unet_(load_unet(folder_, placement, part.layers)) {
    told_numbers(unet_.config(), text_);  // refuses what the text encoders cannot tell
    if (part.first) conditioner_.emplace(folder_, placement_, family.encoders, unet_.context_dim());
    if (part.last) decoder_.emplace(folder_, decoder_placement());
    if (part.last && unet_.in_channels() != decoder_->latent_channels())
        throw Error("%1: the unet takes %2 channels and the vae decodes %3; inpainting models are not supported.",
                    folder_.path(), unet_.in_channels(), decoder_->latent_channels());
}

Weights::Placement UNetPictures::decoder_placement() const {
    Weights::Placement placement = placement_;
    if (placement.dtype == at::kHalf && upcasts_decoder(family_, folder_.files())) placement.dtype = at::kFloat;
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
    if (const int64_t numbers = told_numbers(config, text); numbers > 0) {
        told.pooled = at::randn({rows, text.pooled}, options);
        told.numbers = at::full({rows, numbers}, 1024, options.dtype(at::kFloat));
    }
    return {unet_layers(config, folder.weights("unet", placement)), unet_input(latents, 500, guidance), told};
}

}  // namespace fanlight
