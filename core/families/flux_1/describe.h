#pragma once

#include "core/checkpoints/model_files.h"
#include "core/devices/model_description.h"

namespace fanlight {

/// See Family::describe.
ModelDescription describe_flux_1(const ModelFiles& model, const DescribedShape& shape);

}  // namespace fanlight
