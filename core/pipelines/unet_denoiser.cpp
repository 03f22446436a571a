#include "core/pipelines/unet_denoiser.h"

#include <ATen/ATen.h>

#include "core/families/parts/picture_decoder_costs.h"
#include "core/pipelines/load_component.h"
#include "core/weights/transfer.h"

namespace fanlight {

namespace {

/// How beautiful the pictures are to be, and those that they are led away from; diffusers' defaults.
constexpr float aesthetic_score = 6.0f, negative_aesthetic_score = 2.5f;

/// What a network is told of a picture besides the text.
std::vector<float> numbers_told(const UNetFamily& family, const ImageTask& image, bool is_negative) {
    const PictureSize whole = image.original_size.value_or(PictureSize{image.width, image.height});
    std::vector<float> numbers;
    for (const int number : {whole.height, whole.width, image.crop.top, image.crop.left})
        numbers.push_back(static_cast<float>(number));
    if (family.tells_beauty) {
        numbers.push_back(is_negative ? negative_aesthetic_score : aesthetic_score);
    } else {
        numbers.push_back(static_cast<float>(image.height));
        numbers.push_back(static_cast<float>(image.width));
    }
    return numbers;
}

}  // namespace

UNet2DConditionModel load_unet(const ModelFolder& folder, const Weights::Placement& placement, LayerRange layers) {
    const Weights weights = folder.weights("unet", placement);
    UNet2DConditionModel unet(weights, folder.config("unet"), layers);
    check_complete(weights, [&](const std::string& key) { return unet.layers().belongs_elsewhere(key); });
    return unet;
}

UNetDenoiser::UNetDenoiser(const UNetFamily& family, const ModelFolder& folder, const Weights::Placement& placement,
                           const Part& part)
    : family_(family),
      sees_zeros_(fanlight::sees_zeros(family, folder.files())),
      brief_encoders_(part.brief_encoders),
      dtype_(placement.dtype),
      device_(placement.device),
      scheduler_config_(family.scheduler_config(folder.config("scheduler"))),
      text_(text_widths(folder.files(), family.encoders)),
      unet_(load_unet(folder, placement, part.layers)) {
    check_output(unet_.config());
    told_numbers(family, unet_.config(), text_);  // refuses what the text encoders cannot tell
    const Weights::Placement beside = placement.beside();
    if (part.first) conditioner_.emplace(folder, beside, family.encoders, unet_.context_dim(), part);
}

void UNetDenoiser::check(const ImageTask& image) const {
    if (family_.encoders.size() == 1 && !(image.prompt_2.empty() && image.negative_prompt_2.empty()))
        throw Error("The model has no second text encoder, and nothing reads the second prompt");
}

BatchTelling UNetDenoiser::tell(const std::vector<ImageTask>& batch, bool guided) {
    for (const ImageTask& image : batch) conditioner_->check(image);
    at::Tensor numbers;  // for each row; undefined: it is told none
    if (told_numbers(family_, unet_.config(), text_) > 0) numbers = numbers_of(batch, guided);
    const auto tell = [this, numbers](const std::vector<RowText>& texts) {
        Conditioning told = conditioner_->conditioning_of(texts);
        // Unguided steps are without the rows of the negative prompts, which come first.
        if (numbers.defined()) told.numbers = numbers.slice(0, numbers.size(0) - std::ssize(texts));
        return told;
    };
    const auto ahead = [this](const std::set<RowText>& texts) { conditioner_->read_ahead(texts); };
    return {BatchTexts(batch, guided, sees_zeros_), tell, brief_encoders_ ? ahead : BatchTelling::ReadAhead()};
}

at::Tensor UNetDenoiser::numbers_of(const std::vector<ImageTask>& batch, bool guided) const {
    std::vector<float> numbers;
    const auto add = [&](bool are_negative) {
        for (const ImageTask& image : batch)
            for (const float number : numbers_told(family_, image, are_negative)) numbers.push_back(number);
    };
    if (guided) add(true);
    add(false);
    return to_device(at::tensor(numbers).view({std::ssize(batch) * (guided ? 2 : 1), -1}), device_);
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

namespace {

PictureKind::Load unet_loader(const UNetFamily& family) {
    return [&family](const ModelFolder& folder, const Weights::Placement& placement,
                     const Part& part) -> std::unique_ptr<PictureDenoiser> {
        return std::make_unique<UNetDenoiser>(family, folder, placement, part);
    };
}

}  // namespace

PictureKind unet_pictures(const UNetFamily& family) {
    PictureKind kind{.denoiser = unet_loader(family),
                     .upcasts_decoder = [&family](const ModelFiles& model) { return upcasts_decoder(family, model); }};
    if (family.refiner) kind.refiner = unet_loader(family.refiner());
    return kind;
}

}  // namespace fanlight
