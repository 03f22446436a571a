#pragma once

#include "core/families/family.h"

namespace fanlight {

ModelDescription describe_t5(const ModelFiles& model, const DescribedShape& shape);

}  // namespace fanlight
