#pragma once

#include "core/families/family.h"

namespace fanlight {

ModelDescription describe_gpt2(const ModelFiles& model, const DescribedShape& shape);
ModelDescription describe_gpt2_classifier(const ModelFiles& model, const DescribedShape& shape);

}  // namespace fanlight
