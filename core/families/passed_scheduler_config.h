#pragma once

#include "core/base/json.h"
#include "core/families/families.h"

namespace fanlight {

/// The config of a model's scheduler as its pipeline in diffusers passes it on. Throws Error naming the file.
Json passed_scheduler_config(const KnownModel& model);

}  // namespace fanlight
