#pragma once

#include <string>
#include <string_view>

// Blanks as Unicode defines them: spreadsheets, web pages and editors put more of them into lists than ASCII has.
namespace fanlight {

/// Where the text begins to be seen: behind white space and characters without a shape of their own (byte order marks,
/// zero-width spaces, joiners, marks of direction). The size of the text if nothing in it is seen. Invalid UTF-8 is
/// seen.
size_t first_visible(std::string_view text);

inline bool is_blank(std::string_view text) { return first_visible(text) == text.size(); }

/// Without white space, byte order marks and zero-width spaces at both ends. Joiners and marks of direction stay: they
/// belong to the characters beside them.
std::string_view without_blanks(std::string_view text);

/// Whether the character at `at` separates words. Sets `next` to where the one behind it begins.
bool is_blank_at(std::string_view text, size_t at, size_t& next);

/// As a name is compared: in lower case (ASCII), without blanks around it, with '_' for those within and for dashes of
/// all kinds, and without invisible characters.
std::string bare_name(std::string_view text);

/// The text with '-' for every kind of dash, without invisible characters.
std::string with_plain_dashes(std::string_view text);

}  // namespace fanlight
