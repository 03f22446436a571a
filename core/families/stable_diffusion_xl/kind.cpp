#include "core/families/stable_diffusion_xl/kind.h"

namespace fanlight {

const UNetFamily& stable_diffusion_xl_kind() {
    static const UNetFamily kind = {
        .encoders = {{.component = "text_encoder", .tokenizer = "tokenizer", .left_out = 1, .normed = false},
                     {.component = "text_encoder_2",
                      .tokenizer = "tokenizer_2",
                      .left_out = 1,
                      .normed = false,
                      .pools = true}},
        .scheduler_config =
            [](Json config) {
                config["aligned_to_xl"] = true;
                return config;
            },
        .zeros_without_negative = true,
        .upcasts_decoder = true,
        .refiner = &stable_diffusion_xl_refiner_kind};
    return kind;
}

const UNetFamily& stable_diffusion_xl_refiner_kind() {
    static const UNetFamily kind = {.encoders = {stable_diffusion_xl_kind().encoders.back()},
                                    .scheduler_config = stable_diffusion_xl_kind().scheduler_config,
                                    .zeros_without_negative = true,
                                    .upcasts_decoder = true,
                                    .tells_beauty = true};
    return kind;
}

}  // namespace fanlight
