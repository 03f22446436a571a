#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace fanlight {

/// RFC 4648 section 4, with padding; used for previews in JSON.
std::string base64(std::string_view bytes);

/// The bytes again. Nullopt if the text is not base64 with padding.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace fanlight
