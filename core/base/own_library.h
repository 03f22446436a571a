#pragma once

#include <string>

namespace fanlight {

/// Loads a library of Fanlight's that is only needed at times ("libfanlight-nccl.so"): from beside the program, as
/// built, or else from where it is installed. Throws Error with the loader's reason. Any thread.
void* open_own_library(const std::string& name);

/// The function of this name in it; nullptr if there is none.
void* function_of(void* library, const char* name);

}  // namespace fanlight
