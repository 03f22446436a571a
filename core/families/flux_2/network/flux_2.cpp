#include "core/families/flux_2/network/flux_2.h"

#include <ATen/ATen.h>

#include "core/families/flux_2/family.h"
#include "core/families/flux_2/network/transformer.h"
#include "core/families/flux_2/prompts.h"
#include "core/families/parts/picture_decoder_costs.h"
#include "core/pipelines/flow_denoiser.h"
#include "core/pipelines/picture_pipeline.h"
#include "core/samplers/schedule_request.h"

namespace fanlight {

namespace {

/// The exponent of the schedule's shift: straight lines over the picture's tokens, found by trial for 10 and for 200
/// steps, and one between them over the steps. Pictures of many tokens are shifted as for 200.
double mu_of(int64_t image_tokens, int steps) {
    const auto tokens = static_cast<double>(image_tokens);
    const double of_10 = 8.73809524e-05 * tokens + 1.89833333, of_200 = 0.00016927 * tokens + 0.45666666;
    if (image_tokens > 4300) return of_200;
    const double slope = (of_200 - of_10) / 190.0;
    return slope * steps + (of_200 - 200.0 * slope);
}

class Flux2Denoiser : public FlowDenoiser {
public:
    Flux2Denoiser(const ModelFolder& folder, const Weights& weights, const Part& part)
        : FlowDenoiser(folder, weights, network_of(folder, weights), part) {}

    State enter(const at::Tensor& x, double timestep, const at::Tensor&) const override {
        return flux_2_input(x.to(dtype()), timestep);
    }

    at::Tensor leave(const State& state) const override { return state.hidden.to(at::kFloat); }

protected:
    ScheduleRequest schedule(const ImageTask& image, int64_t image_tokens) const override {
        return {.flow = true,
                .sigmas = even_sigmas(image.steps),
                .solvers_keep_own_sigmas = true,
                .image_tokens = image_tokens,
                .mu = mu_of(image_tokens, image.steps)};
    }

private:
    static FlowNetwork network_of(const ModelFolder& folder, const Weights& weights) {
        const Flux2Config config(folder.config("transformer"));
        return {.layers = flux_2_layers(config, weights),
                .channels = config.channels,
                .token_side = latent_factor(folder.files()),
                .reading = {.states = flux_2_states(), .with_padding = true},
                .text_width = config.text_width};
    }
};

std::unique_ptr<Pipeline> load_flux_2(ModelFolder folder, const Weights::Placement& placement, const Part& part) {
    static const PictureKind kind = {.denoiser = [](const ModelFolder& opened, const Weights::Placement& place,
                                                    const Part& own) -> std::unique_ptr<PictureDenoiser> {
        return std::make_unique<Flux2Denoiser>(opened, opened.weights("transformer", place), own);
    }};
    return std::make_unique<PicturePipeline>(kind, std::move(folder), placement, part);
}

Probe probe_flux_2(const ModelFolder& folder, const Weights::Placement& placement, const DescribedShape& shape) {
    const Flux2Config config(folder.config("transformer"));
    const int64_t rows = shape.batch_size * (shape.guided ? 2 : 1), factor = latent_factor(folder.files());
    const auto options = at::TensorOptions().dtype(placement.dtype).device(placement.device);
    const int64_t height = shape.height / factor, width = shape.width / factor;
    const at::Tensor size = at::tensor({static_cast<float>(height), static_cast<float>(width)});
    return {flux_2_layers(config, folder.weights("transformer", placement)),
            flux_2_input(at::randn({rows, config.channels, height, width}, options), 500),
            {.context = at::randn({rows, flux_2_wrap().max_length, config.text_width}, options),
             .numbers = size.expand({rows, 2}).to(placement.device)}};
}

}  // namespace

NetworkHalf flux_2_network() {
    return {.family = flux_2().name, .load = &load_flux_2, .probe = &probe_flux_2, .has_encoders = true};
}

}  // namespace fanlight
