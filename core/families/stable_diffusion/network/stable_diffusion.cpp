#include "core/families/stable_diffusion/network/stable_diffusion.h"

#include <ATen/ATen.h>

#include "core/families/stable_diffusion/describe.h"
#include "core/families/stable_diffusion/family.h"
#include "core/families/stable_diffusion/scheduler.h"
#include "core/pipelines/denoising.h"
#include "core/pipelines/load_component.h"

namespace fanlight {

UNet2DConditionModel load_unet(const ModelFolder& folder, const Weights::Placement& placement, LayerRange layers) {
    const Weights weights = folder.weights("unet", placement);
    UNet2DConditionModel unet(weights, folder.config("unet"), layers);
    check_complete(folder, "unet", weights,
                   [&](const std::string& key) { return unet.layers().belongs_elsewhere(key); });
    return unet;
}

/// A micro-batch of pictures. The last part sends latents to the first: the sampler's next input.
class StableDiffusion::Images : public Generation {
public:
    Images(StableDiffusion& model, const std::vector<ImageTask>& batch)
        : Generation(model.part_, model.unet_.layers()),
          model_(model),
          denoising_(batch, model.scheduler_config_, model.unet_.guidance_width(), model.placement_.dtype,
                     model.placement_.device),
          texts_(batch, denoising_.guided()) {
        if (model.conditioner_)
            for (const ImageTask& image : batch) model.conditioner_->check(image);
        if (model.decoder_) latent_shape_ = model.decoder_->latent_shape(batch.front().width, batch.front().height);
    }

    NamedTensors begin() override { return {{"latents", denoising_.begin(latent_shape_)}}; }

    Progress progress() const override { return {denoising_.evaluated(), denoising_.evaluations()}; }

    at::Tensor preview() override {
        auto& colours = model_.colours_;
        if (!colours) colours.emplace(*model_.decoder_, model_.placement_.dtype, model_.placement_.device);
        return colours->paint(denoising_.predicted_latents());
    }

protected:
    std::shared_ptr<const Conditioning> conditioning(size_t evaluation) override {
        std::vector<RowText> rows = texts_.at(denoising_.step_of(evaluation));
        if (!text_ || rows != rows_) {
            text_ = std::make_shared<const Conditioning>(model_.conditioner_->conditioning_of(rows));
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
    StableDiffusion& model_;
    Denoising denoising_;
    const BatchTexts texts_;
    std::vector<int64_t> latent_shape_;  ///< of one image; last stage only
    // First stage only
    std::vector<RowText> rows_;  ///< what text_ was made of
    std::shared_ptr<const Conditioning> text_;
};

StableDiffusion::StableDiffusion(ModelFolder folder, const Weights::Placement& placement, const Part& part)
    : part_(part),
      placement_{placement.dtype, placement.device, {}, placement.experiments},
      folder_(std::move(folder)),
      scheduler_config_(corrected_scheduler_config(folder_.config("scheduler"))),
      unet_(load_unet(folder_, placement, part.layers)) {
    if (part.first) conditioner_.emplace(folder_, placement_, unet_.context_dim());
    if (part.last) decoder_.emplace(folder_, placement_);
    if (part.last && unet_.in_channels() != decoder_->latent_channels())
        throw Error("%1: the unet takes %2 channels and the vae decodes %3; inpainting models are not supported.",
                    folder_.path(), unet_.in_channels(), decoder_->latent_channels());
}

std::unique_ptr<Generation> StableDiffusion::open(const std::vector<Task>& batch) {
    std::vector<ImageTask> images;
    for (const Task& task : batch) images.push_back(task.as<ImageTask>());
    return std::make_unique<Images>(*this, images);
}

namespace {

std::unique_ptr<Pipeline> load(ModelFolder folder, const Weights::Placement& placement, const Part& part) {
    return std::make_unique<StableDiffusion>(std::move(folder), placement, part);
}

Probe probe(const ModelFolder& folder, const Weights::Placement& placement, const DescribedShape& shape) {
    const UNetConfig config(folder.config("unet"));
    const int64_t rows = shape.batch_size * (shape.guided ? 2 : 1), factor = latent_factor(folder.files());
    const auto options = at::TensorOptions().dtype(placement.dtype).device(placement.device);
    at::Tensor guidance;
    if (config.guidance_width > 0) guidance = at::full({rows}, 7.5, options.dtype(at::kFloat));
    const at::Tensor latents =
        at::randn({rows, config.in_channels, shape.height / factor, shape.width / factor}, options);
    return {unet_layers(config, folder.weights("unet", placement)),
            unet_input(latents, 500, guidance),
            {at::randn({rows, text_length(folder.files()), config.down_blocks.front().context_dim}, options)}};
}

}  // namespace

NetworkHalf stable_diffusion_network() { return {stable_diffusion().name, load, probe}; }

}  // namespace fanlight
