#pragma once

#include "core/families/family.h"

namespace fanlight {

/// T5 1.0 and 1.1, Flan-T5: folders that transformers has saved.
const Family& t5();

}  // namespace fanlight
