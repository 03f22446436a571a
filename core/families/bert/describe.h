#pragma once

#include "core/families/family.h"

namespace fanlight {

ModelDescription describe_bert(const ModelFiles& model, const DescribedShape& shape);
ModelDescription describe_roberta(const ModelFiles& model, const DescribedShape& shape);
ModelDescription describe_distilbert(const ModelFiles& model, const DescribedShape& shape);

}  // namespace fanlight
