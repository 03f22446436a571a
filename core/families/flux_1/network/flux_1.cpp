#include "core/families/flux_1/network/flux_1.h"

#include "core/families/flux_1/family.h"
#include "core/families/flux_1/network/transformer.h"
#include "core/families/flux_1/prompts.h"
#include "core/pipelines/flow_denoiser.h"
#include "core/samplers/schedule_request.h"

namespace fanlight {

namespace {

ScheduleRequest schedule(const ImageTask& image, int64_t image_tokens) {
    return {.flow = true,
            .sigmas = even_sigmas(image.steps),
            .solvers_keep_own_sigmas = true,
            .image_tokens = image_tokens};
}

/// Of networks that take the guidance scale as an input.
std::vector<float> guidance(const ImageTask& image) { return {static_cast<float>(image.cfg_scale)}; }

FlowNetwork network(const ModelFolder& folder, const Weights& weights) {
    const Flux1Config config(folder.config("transformer"));
    return {.layers = flux_1_layers(config, weights),
            .channels = config.channels,
            .patch = Flux1Config::patch,
            .reading = {.component = "text_encoder_2",
                        .tokenizer = "tokenizer_2",
                        .states = {-1},
                        .with_padding = true,
                        .attends_padding = true,
                        .pooled_by = flux_1_clip()},
            .text_width = config.text_width,
            .usual_text = flux_1_wrap().max_length,
            .pooled_width = config.pooled_width,
            .input = &flux_1_input,
            .schedule = &schedule,
            .more_numbers = &guidance};
}

}  // namespace

NetworkHalf flux_1_network() { return flow_network<&network, LatentShift::Added>(flux_1().name); }

}  // namespace fanlight
