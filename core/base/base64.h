#pragma once

#include <string>
#include <string_view>

namespace fanlight {

/// RFC 4648 section 4, with padding; used for previews in JSON.
std::string base64(std::string_view bytes);

}  // namespace fanlight
