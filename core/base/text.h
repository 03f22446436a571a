#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fanlight {

std::string join(const std::vector<std::string>& parts, std::string_view separator);

/// Without leading and trailing white space.
std::string_view trimmed(std::string_view text);

/// A list for an error message: "a, b and c".
std::string listed(const std::vector<std::string>& names);

/// Byte offset of the first sequence that is not UTF-8 (RFC 3629: no overlong forms, no surrogates), or npos.
size_t first_invalid_utf8(std::string_view text);

}  // namespace fanlight
