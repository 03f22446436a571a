#include "core/pipelines/flow_denoiser.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "core/families/parts/picture_decoder_costs.h"
#include "core/pipelines/load_component.h"
#include "core/weights/transfer.h"

namespace fanlight {

FlowDenoiser::FlowDenoiser(const ModelFolder& folder, const Weights& weights, FlowNetwork network, const Part& part)
    : network_(std::move(network)),
      token_side_(latent_factor(folder.files()) * network_.patch),
      brief_encoder_(part.brief_encoders),
      dtype_(weights.placement().dtype),
      device_(weights.device()),
      scheduler_config_(folder.config("scheduler")),
      layers_(network_.layers, weights, part.layers) {
    const std::vector<std::string>& outside = network_.outside_layers;
    const bool is_whole = part.first && part.last;
    check_complete(weights, [&](const std::string& key) {
        const bool is_outside = std::find(outside.begin(), outside.end(), key) != outside.end();
        return layers_.belongs_elsewhere(key) || (is_outside && !is_whole) ||
               (network_.is_surplus && network_.is_surplus(key));
    });
    if (part.first)
        conditioner_.emplace(folder, weights.placement().beside(), network_.reading, network_.text_width, part);
}

DenoisingNetwork FlowDenoiser::sampled(const ImageTask& image) const {
    const int64_t tokens = image.height / token_side_ * (image.width / token_side_);
    return {scheduler_config_, 0, network_.schedule(image, tokens)};
}

State FlowDenoiser::enter(const at::Tensor& x, double timestep, const at::Tensor&) const {
    return network_.input(x.to(dtype_), timestep);
}

at::Tensor FlowDenoiser::leave(const State& state) const {
    const at::Tensor flow = state.hidden.to(at::kFloat);
    return network_.gives_opposite ? flow.neg() : flow;
}

/// [B, n] float32
at::Tensor FlowDenoiser::numbers_of(const std::vector<ImageTask>& batch) const {
    std::vector<float> numbers;
    for (const ImageTask& image : batch) {
        for (const int side : {image.height, image.width}) numbers.push_back(static_cast<float>(side / token_side_));
        if (network_.more_numbers)
            for (const float number : network_.more_numbers(image)) numbers.push_back(number);
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

std::unique_ptr<Pipeline> load_flow(MakeFlowNetwork network, LatentShift shift, ModelFolder folder,
                                    const Weights::Placement& placement, const Part& part) {
    const PictureKind kind = {.denoiser = [network](const ModelFolder& opened, const Weights::Placement& place,
                                                    const Part& own) -> std::unique_ptr<PictureDenoiser> {
                                  const Weights weights = opened.weights("transformer", place);
                                  return std::make_unique<FlowDenoiser>(opened, weights, network(opened, weights), own);
                              },
                              .latent_shift = shift};
    return std::make_unique<PicturePipeline>(kind, std::move(folder), placement, part);
}

Probe probe_flow(MakeFlowNetwork make, const ModelFolder& folder, const Weights::Placement& placement,
                 const DescribedShape& shape) {
    FlowNetwork network = make(folder, folder.weights("transformer", placement));
    const int64_t rows = shape.batch_size * (shape.guided ? 2 : 1), factor = latent_factor(folder.files());
    const int64_t height = shape.height / factor, width = shape.width / factor;
    const auto options = at::TensorOptions().dtype(placement.dtype).device(placement.device);
    Conditioning told{at::randn({rows, network.usual_text, network.text_width}, options)};
    if (network.pooled_width > 0) told.pooled = at::randn({rows, network.pooled_width}, options);
    std::vector<float> numbers = {static_cast<float>(height / network.patch),
                                  static_cast<float>(width / network.patch)};
    if (network.more_numbers)
        for (const float number : network.more_numbers(ImageTask())) numbers.push_back(number);
    told.numbers = at::tensor(numbers).expand({rows, std::ssize(numbers)}).to(placement.device);
    return {std::move(network.layers), network.input(at::randn({rows, network.channels, height, width}, options), 500),
            std::move(told)};
}

}  // namespace fanlight
