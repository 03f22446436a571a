#pragma once

#include "core/base/json.h"

namespace fanlight {

/// A scheduler's config as diffusers' StableDiffusionPipeline corrects it: two values that early configs got wrong are
/// replaced, whatever the file says. Where the file says nothing, they are replaced for its own class alone:
/// from_config() passes on only what a file says.
Json corrected_scheduler_config(Json config);

}  // namespace fanlight
