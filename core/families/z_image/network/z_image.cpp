#include "core/families/z_image/network/z_image.h"

#include <ATen/ATen.h>

#include "core/families/z_image/family.h"
#include "core/families/z_image/network/transformer.h"
#include "core/families/z_image/prompts.h"
#include "core/pipelines/flow_denoiser.h"

namespace fanlight {

namespace {

/// 1, …, 1 / steps, rounded as torch.linspace() rounds.
std::vector<double> levels(int steps) {
    const at::Tensor even = at::linspace(1, 1.0 / steps, steps, at::kFloat).to(at::kDouble);
    return {even.const_data_ptr<double>(), even.const_data_ptr<double>() + steps};
}

ScheduleRequest schedule(const ImageTask& image, int64_t image_tokens) {
    return {.flow = true, .sigmas = levels(image.steps), .image_tokens = image_tokens};
}

FlowNetwork network(const ModelFolder& folder, const Weights& weights) {
    const ZImageConfig config(folder.config("transformer"));
    return {.layers = z_image_layers(config, weights),
            .channels = config.channels,
            .patch = ZImageConfig::patch,
            .reading = {.states = {-2}},
            .text_width = config.text_width,
            .usual_text = z_image_usual_caption,
            .input = &z_image_input,
            .gives_opposite = true,
            .schedule = &schedule,
            .outside_layers = {"x_pad_token", "cap_pad_token"}};  // what fills up captions and pictures
}

}  // namespace

NetworkHalf z_image_network() { return flow_network<&network, LatentShift::Added>(z_image().name); }

}  // namespace fanlight
