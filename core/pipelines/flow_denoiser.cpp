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

BatchTelling FlowDenoiser::tell(const std::vector<ImageTask>& batch, bool guided) {
    const ImageTask& first = batch.front();
    const at::Tensor size =
        to_device(
            at::tensor({static_cast<float>(first.height / token_side_), static_cast<float>(first.width / token_side_)}),
            device_)
            .unsqueeze(0);
    const auto tell = [this, size](const std::vector<RowText>& texts) {
        Conditioning told = conditioner_->conditioning_of(texts);
        told.numbers = size.expand({std::ssize(texts), 2});
        return told;
    };
    const auto ahead = [this](const std::set<RowText>& texts) { conditioner_->read_ahead(texts); };
    return {BatchTexts(batch, guided, /*zeros_without_negative=*/false), tell,
            brief_encoder_ ? ahead : BatchTelling::ReadAhead()};
}

}  // namespace fanlight
