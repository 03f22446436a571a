#include "core/families/flux_1/network/flux_1.h"

#include <ATen/ATen.h>

#include "core/families/flux_1/family.h"
#include "core/families/flux_1/network/transformer.h"
#include "core/families/flux_1/prompts.h"
#include "core/families/parts/picture_decoder_costs.h"
#include "core/pipelines/flow_denoiser.h"
#include "core/pipelines/picture_pipeline.h"
#include "core/samplers/schedule_request.h"

namespace fanlight {

namespace {

class Flux1Denoiser : public FlowDenoiser {
public:
    Flux1Denoiser(const ModelFolder& folder, const Weights& weights, const Part& part)
        : FlowDenoiser(folder, weights, network_of(folder, weights), part) {}

    State enter(const at::Tensor& x, double timestep, const at::Tensor&) const override {
        return flux_1_input(x.to(dtype()), timestep);
    }

    at::Tensor leave(const State& state) const override { return state.hidden.to(at::kFloat); }

protected:
    ScheduleRequest schedule(const ImageTask& image, int64_t image_tokens) const override {
        return {.flow = true,
                .sigmas = even_sigmas(image.steps),
                .solvers_keep_own_sigmas = true,
                .image_tokens = image_tokens};
    }

    std::vector<float> more_numbers(const ImageTask& image) const override {
        return {static_cast<float>(image.cfg_scale)};
    }

private:
    static FlowNetwork network_of(const ModelFolder& folder, const Weights& weights) {
        const Flux1Config config(folder.config("transformer"));
        return {.layers = flux_1_layers(config, weights),
                .channels = Flux1Config::channels,
                .token_side = latent_factor(folder.files()) * Flux1Config::patch,
                .reading = {.component = "text_encoder_2",
                            .tokenizer = "tokenizer_2",
                            .states = {-1},
                            .with_padding = true,
                            .attends_padding = true,
                            .pooled_by = flux_1_clip()},
                .text_width = config.text_width};
    }
};

std::unique_ptr<Pipeline> load_flux_1(ModelFolder folder, const Weights::Placement& placement, const Part& part) {
    static const PictureKind kind = {.denoiser = [](const ModelFolder& opened, const Weights::Placement& place,
                                                    const Part& own) -> std::unique_ptr<PictureDenoiser> {
                                         return std::make_unique<Flux1Denoiser>(
                                             opened, opened.weights("transformer", place), own);
                                     },
                                     .latent_shift = LatentShift::Added};
    return std::make_unique<PicturePipeline>(kind, std::move(folder), placement, part);
}

Probe probe_flux_1(const ModelFolder& folder, const Weights::Placement& placement, const DescribedShape& shape) {
    const Flux1Config config(folder.config("transformer"));
    const int64_t rows = shape.batch_size * (shape.guided ? 2 : 1), factor = latent_factor(folder.files());
    const auto options = at::TensorOptions().dtype(placement.dtype).device(placement.device);
    const int64_t height = shape.height / factor, width = shape.width / factor;
    constexpr float guidance = 3.5;
    const at::Tensor numbers = at::tensor(
        {static_cast<float>(height / Flux1Config::patch), static_cast<float>(width / Flux1Config::patch), guidance});
    return {flux_1_layers(config, folder.weights("transformer", placement)),
            flux_1_input(at::randn({rows, Flux1Config::channels, height, width}, options), 500),
            {.context = at::randn({rows, flux_1_wrap().max_length, config.text_width}, options),
             .pooled = at::randn({rows, config.pooled_width}, options),
             .numbers = numbers.expand({rows, 3}).to(placement.device)}};
}

}  // namespace

NetworkHalf flux_1_network() {
    return {.family = flux_1().name, .load = &load_flux_1, .probe = &probe_flux_1, .has_encoders = true};
}

}  // namespace fanlight
