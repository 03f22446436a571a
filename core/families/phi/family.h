#pragma once

#include "core/families/family.h"

namespace fanlight {

/// Phi-1, 1.5 and 2, in transformers folders. (Later ones are of the class Phi3 and relatives of Llama.)
const Family& phi();

}  // namespace fanlight
