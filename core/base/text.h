#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fanlight {

std::string join(const std::vector<std::string>& parts, std::string_view separator);

/// Without leading and trailing white space.
std::string_view trimmed(std::string_view text);

/// Foreign text for a message: valid UTF-8 on one line, in which nothing moves a terminal's cursor or reverses what is
/// read. Control characters are shown as "\\x1b"; what is no UTF-8, C1 controls, line separators and overrides of the
/// writing direction become U+FFFD.
std::string printable(std::string_view text);

/// The same, cut after `max_characters`, with "…" for the rest.
std::string excerpt(std::string_view text, size_t max_characters = 60);

/// excerpt() in quotes.
std::string in_quotes(std::string_view text);

/// printable() of a sentence that may hold values of any length: if it is too long to be read, its middle is left out.
std::string printable_sentence(std::string_view text);

/// Byte offset of the first sequence that is not UTF-8 (RFC 3629: no overlong forms, no surrogates), or npos.
size_t first_invalid_utf8(std::string_view text);

}  // namespace fanlight
