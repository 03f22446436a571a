#include "core/families/flux_2/network/flux_2.h"

#include "core/families/flux_2/family.h"
#include "core/families/flux_2/network/transformer.h"
#include "core/families/flux_2/prompts.h"
#include "core/pipelines/flow_denoiser.h"
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

ScheduleRequest schedule(const ImageTask& image, int64_t image_tokens) {
    return {.flow = true,
            .sigmas = even_sigmas(image.steps),
            .solvers_keep_own_sigmas = true,
            .image_tokens = image_tokens,
            .mu = mu_of(image_tokens, image.steps)};
}

FlowNetwork network(const ModelFolder& folder, const Weights& weights) {
    const Flux2Config config(folder.config("transformer"));
    return {.layers = flux_2_layers(config, weights),
            .channels = config.channels,
            .reading = {.states = flux_2_states(), .with_padding = true},
            .text_width = config.text_width,
            .usual_text = flux_2_wrap().max_length,
            .input = &flux_2_input,
            .schedule = &schedule,
            .is_surplus = [](const std::string& key) {  // what diffusers never tells klein
                return key.starts_with("time_guidance_embed.guidance_embedder.");
            }};
}

}  // namespace

NetworkHalf flux_2_network() { return flow_network<&network>(flux_2().name); }

}  // namespace fanlight
