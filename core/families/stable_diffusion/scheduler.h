#pragma once

#include "core/base/json.h"

namespace fanlight {

/// A scheduler's config as diffusers' StableDiffusionPipeline corrects it: two values that early configs got wrong are
/// replaced, whatever the file says. What the file of a class without a sampler here leaves open is left to the chosen
/// one: from_config() passes only on what a file says.
Json corrected_scheduler_config(Json config);

}  // namespace fanlight
