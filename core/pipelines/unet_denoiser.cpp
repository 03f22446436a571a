#include "core/pipelines/unet_denoiser.h"

#include <ATen/ATen.h>

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
      device_(placement.device),
      scheduler_config_(family.scheduler_config(folder.config("scheduler"))),
      text_(text_widths(folder.files(), family.encoders)),
      unet_(load_unet(folder, placement, part.layers)) {
    told_numbers(family, unet_.config(), text_);  // refuses what the text encoders cannot tell
    const Weights::Placement beside{placement.dtype, placement.device, {}, placement.experiments};
    if (part.first) conditioner_.emplace(folder, beside, family.encoders, unet_.context_dim(), brief_encoders_);
}

UNetDenoiser::Telling::Telling(UNetDenoiser& told, const std::vector<ImageTask>& batch, bool guided)
    : told_(told), texts_(batch, guided, told.sees_zeros_) {
    if (!told.conditioner_) return;
    for (const ImageTask& image : batch) told.conditioner_->check(image);
    if (told_numbers(told.family_, told.unet_.config(), told.text_) > 0) numbers_ = numbers_of(batch, guided);
}

std::shared_ptr<const Conditioning> UNetDenoiser::Telling::at(int step) {
    if (!text_ && told_.brief_encoders_) told_.conditioner_->read_ahead(texts_.all());
    std::vector<RowText> rows = texts_.at(step);
    if (!text_ || rows != rows_) {
        Conditioning told = told_.conditioner_->conditioning_of(rows);
        // Unguided steps are without the rows of the negative prompts, which come first.
        const int64_t count = std::ssize(rows);
        if (numbers_.defined()) told.numbers = numbers_.slice(0, numbers_.size(0) - count);
        text_ = std::make_shared<const Conditioning>(std::move(told));
        rows_ = std::move(rows);
    }
    return text_;
}

at::Tensor UNetDenoiser::Telling::numbers_of(const std::vector<ImageTask>& batch, bool guided) const {
    std::vector<float> numbers;
    const auto add = [&](bool are_negative) {
        for (const ImageTask& image : batch)
            for (const float number : numbers_told(told_.family_, image, are_negative)) numbers.push_back(number);
    };
    if (guided) add(true);
    add(false);
    return to_device(at::tensor(numbers).view({std::ssize(batch) * (guided ? 2 : 1), -1}), told_.device_);
}

}  // namespace fanlight
