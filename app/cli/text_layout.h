#pragma once

#include <cstddef>
#include <string>

namespace fanlight {

/// Of valid UTF-8.
size_t characters_in(const std::string& text);

/// With blanks up to so many characters, of which a terminal shows most in one column each.
std::string padded(std::string text, size_t characters);

/// The text in lines of at most `width` characters, broken at blanks; a longer word has a line of its own. All lines
/// but the first begin with `indent` blanks, which count.
std::string wrapped(const std::string& text, size_t width, size_t indent = 0);

}  // namespace fanlight
