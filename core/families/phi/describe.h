#pragma once

#include "core/families/family.h"

namespace fanlight {

ModelDescription describe_phi(const ModelFiles& model, const DescribedShape& shape);

}  // namespace fanlight
