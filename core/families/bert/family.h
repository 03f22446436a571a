#pragma once

#include "core/families/family.h"

namespace fanlight {

/// BERT as a classifier or as a masked language model, in transformers folders.
const Family& bert();

/// Whether it is the masked language model.
bool is_masked_bert(const std::string& architecture);

}  // namespace fanlight
