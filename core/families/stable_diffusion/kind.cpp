#include "core/families/stable_diffusion/kind.h"

#include "core/families/stable_diffusion/scheduler.h"

namespace fanlight {

const UNetFamily& stable_diffusion_kind() {
    static const UNetFamily kind = {.encoders = {{.component = "text_encoder", .tokenizer = "tokenizer"}},
                                    .scheduler_config = &corrected_scheduler_config};
    return kind;
}

}  // namespace fanlight
