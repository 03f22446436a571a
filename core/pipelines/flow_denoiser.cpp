#include "core/pipelines/flow_denoiser.h"

#include <ATen/ATen.h>

#include "core/pipelines/load_component.h"
#include "core/weights/transfer.h"

namespace fanlight {

FlowDenoiser::FlowDenoiser(const ModelFolder& folder, const Weights& weights, FlowNetwork network, const Part& part)
    : channels_(network.channels),
      token_side_(network.token_side),
      brief_encoder_(part.brief_encoders),
      dtype_(weights.placement().dtype),
      device_(weights.device()),
      scheduler_config_(folder.config("scheduler")),
      layers_(network.layers, weights, part.layers) {
    check_complete(weights, [&](const std::string& key) {
        return layers_.belongs_elsewhere(key) || (network.is_elsewhere && network.is_elsewhere(key));
    });
    if (part.first)
        conditioner_.emplace(folder, weights.placement().beside(), std::move(network.reading), network.text_width,
                             part);
}

/// [B, n] float32
at::Tensor FlowDenoiser::numbers_of(const std::vector<ImageTask>& batch) const {
    std::vector<float> numbers;
    for (const ImageTask& image : batch) {
        for (const int side : {image.height, image.width}) numbers.push_back(static_cast<float>(side / token_side_));
        for (const float number : more_numbers(image)) numbers.push_back(number);
    }
    return to_device(at::tensor(numbers).view({std::ssize(batch), -1}), device_);
}

BatchTelling FlowDenoiser::tell(const std::vector<ImageTask>& batch, bool guided) {
    const at::Tensor numbers = numbers_of(batch);
    const auto tell = [this, numbers](const std::vector<RowText>& texts) {
        Conditioning told = conditioner_->conditioning_of(texts);
        const bool has_negatives = std::ssize(texts) > numbers.size(0);  // of the same pictures
        told.numbers = has_negatives ? at::cat({numbers, numbers}) : numbers;
        return told;
    };
    const auto ahead = [this](const std::set<RowText>& texts) { conditioner_->read_ahead(texts); };
    return {BatchTexts(batch, guided, /*zeros_without_negative=*/false), tell,
            brief_encoder_ ? ahead : BatchTelling::ReadAhead()};
}

}  // namespace fanlight
