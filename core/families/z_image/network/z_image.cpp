#include "core/families/z_image/network/z_image.h"

#include <ATen/ATen.h>

#include "core/families/parts/picture_decoder_costs.h"
#include "core/families/z_image/family.h"
#include "core/families/z_image/network/transformer.h"
#include "core/families/z_image/prompts.h"
#include "core/pipelines/flow_denoiser.h"
#include "core/pipelines/picture_pipeline.h"

namespace fanlight {

namespace {

/// 1, …, 1 / steps, rounded as torch.linspace() rounds.
std::vector<double> levels(int steps) {
    const at::Tensor even = at::linspace(1, 1.0 / steps, steps, at::kFloat).to(at::kDouble);
    return {even.const_data_ptr<double>(), even.const_data_ptr<double>() + steps};
}

class ZImageDenoiser : public FlowDenoiser {
public:
    ZImageDenoiser(const ModelFolder& folder, const Weights& weights, const Part& part)
        : FlowDenoiser(folder, weights, network_of(folder, weights, part), part) {}

    State enter(const at::Tensor& x, double timestep, const at::Tensor&) const override {
        return z_image_input(x.to(dtype()), timestep);
    }

    at::Tensor leave(const State& state) const override { return state.hidden.to(at::kFloat).neg(); }

protected:
    ScheduleRequest schedule(const ImageTask& image, int64_t image_tokens) const override {
        return {.flow = true, .sigmas = levels(image.steps), .image_tokens = image_tokens};
    }

private:
    static FlowNetwork network_of(const ModelFolder& folder, const Weights& weights, const Part& part) {
        const ZImageConfig config(folder.config("transformer"));
        const bool is_whole = part.first && part.last;
        return {.layers = z_image_layers(config, weights),
                .channels = config.channels,
                .token_side = latent_factor(folder.files()) * ZImageConfig::patch,
                .reading = {.states = {-2}},
                .text_width = config.text_width,
                .is_elsewhere = [is_whole](const std::string& key) {  // what fills up captions and pictures
                    return !is_whole && (key == "x_pad_token" || key == "cap_pad_token");
                }};
    }
};

std::unique_ptr<Pipeline> load_z_image(ModelFolder folder, const Weights::Placement& placement, const Part& part) {
    static const PictureKind kind = {.denoiser = [](const ModelFolder& opened, const Weights::Placement& place,
                                                    const Part& own) -> std::unique_ptr<PictureDenoiser> {
                                         return std::make_unique<ZImageDenoiser>(
                                             opened, opened.weights("transformer", place), own);
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
