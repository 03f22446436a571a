#pragma once

#include "core/families/family.h"

namespace fanlight {

ModelDescription describe_llama(const ModelFiles& model, const DescribedShape& shape);
ModelDescription describe_llama_classifier(const ModelFiles& model, const DescribedShape& shape);

}  // namespace fanlight
