#include "core/families/z_image/network/z_image.h"

#include <ATen/ATen.h>

#include "core/families/parts/picture_decoder_costs.h"
#include "core/families/z_image/family.h"
#include "core/families/z_image/network/transformer.h"
#include "core/families/z_image/prompts.h"
#include "core/pipelines/language_conditioner.h"
#include "core/pipelines/load_component.h"
#include "core/pipelines/picture_pipeline.h"
#include "core/weights/transfer.h"

namespace fanlight {

namespace {

/// 1, …, 1 / steps, rounded as torch.linspace() rounds.
std::vector<double> levels(int steps) {
    const at::Tensor even = at::linspace(1, 1.0 / steps, steps, at::kFloat).to(at::kDouble);
    return {even.const_data_ptr<double>(), even.const_data_ptr<double>() + steps};
}

class ZImageDenoiser : public PictureDenoiser {
public:
    ZImageDenoiser(const ModelFolder& folder, const Weights::Placement& placement, const Part& part)
        : ZImageDenoiser(folder, folder.weights("transformer", placement), placement, part) {}

    const LayerSequence& layers() const override { return layers_; }
    int64_t channels() const override { return config_.channels; }
    at::ScalarType latent_dtype() const override { return at::kFloat; }

    DenoisingNetwork sampled(const ImageTask& image) const override {
        return {scheduler_config_,
                0,
                {.flow = true,
                 .sigmas = levels(image.steps),
                 .image_tokens = image.height / side_ * (image.width / side_)}};
    }

    BatchTelling tell(const std::vector<ImageTask>& batch, bool guided) override {
        const ImageTask& first = batch.front();
        const at::Tensor size =
            to_device(at::tensor({static_cast<float>(first.height / side_), static_cast<float>(first.width / side_)}),
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

    State enter(const at::Tensor& x, double timestep, const at::Tensor&) const override {
        return z_image_input(x.to(dtype_), timestep);
    }

    at::Tensor leave(const State& state) const override { return state.hidden.to(at::kFloat).neg(); }

private:
    ZImageDenoiser(const ModelFolder& folder, const Weights& weights, const Weights::Placement& placement,
                   const Part& part)
        : config_(folder.config("transformer")),
          side_(latent_factor(folder.files()) * ZImageConfig::patch),
          brief_encoder_(part.brief_encoders),
          dtype_(placement.dtype),
          device_(placement.device),
          scheduler_config_(folder.config("scheduler")),
          layers_(z_image_layers(config_, weights), weights, part.layers) {
        check_complete(weights, [&](const std::string& key) {
            const bool fills_up = key == "x_pad_token" || key == "cap_pad_token";  // another stage's
            return layers_.belongs_elsewhere(key) || (fills_up && !(part.first && part.last));
        });
        const Weights::Placement beside = placement.beside();
        if (part.first)
            conditioner_.emplace(folder, beside, LanguageReading{.states = {-2}}, config_.text_width, brief_encoder_);
    }

    const ZImageConfig config_;
    const int64_t side_;  ///< of a token, in pixels
    const bool brief_encoder_;
    const at::ScalarType dtype_;
    const at::Device device_;
    const Json scheduler_config_;
    const LayerSequence layers_;
    std::optional<LanguageConditioner> conditioner_;
};

std::unique_ptr<Pipeline> load_z_image(ModelFolder folder, const Weights::Placement& placement, const Part& part) {
    static const PictureKind kind = {.denoiser = [](const ModelFolder& opened, const Weights::Placement& place,
                                                    const Part& own) -> std::unique_ptr<PictureDenoiser> {
                                         return std::make_unique<ZImageDenoiser>(opened, place, own);
                                     },
                                     .latent_shift = LatentShift::Added};
    return std::make_unique<PicturePipeline>(kind, std::move(folder), placement, part);
}

Probe probe_z_image(const ModelFolder& folder, const Weights::Placement& placement, const DescribedShape& shape) {
    const ZImageConfig config(folder.config("transformer"));
    const int64_t rows = shape.batch_size * (shape.guided ? 2 : 1), factor = latent_factor(folder.files());
    const auto options = at::TensorOptions().dtype(placement.dtype).device(placement.device);
    const int64_t height = shape.height / factor, width = shape.width / factor;
    const at::Tensor size = at::tensor({static_cast<float>(height / 2), static_cast<float>(width / 2)});
    return {z_image_layers(config, folder.weights("transformer", placement)),
            z_image_input(at::randn({rows, config.channels, height, width}, options), 500),
            {.context = at::randn({rows, z_image_usual_caption, config.text_width}, options),
             .numbers = size.expand({rows, 2}).to(placement.device)}};
}

}  // namespace

NetworkHalf z_image_network() {
    return {.family = z_image().name, .load = &load_z_image, .probe = &probe_z_image, .has_encoders = true};
}

}  // namespace fanlight
