#pragma once

#include <string>

namespace fanlight {

/// This machine's, at most 255 bytes.
std::string host_name();

}  // namespace fanlight
