#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/batch/request.h"

namespace fanlight {

inline constexpr const char* default_name_pattern = "[index]-[seed]-[prompt]";

/// The text as a part of a file name: letters (lower case), digits and "_" of all scripts stay, with the marks on them;
/// invisible characters (joiners, bidi controls) go; all else, emoji too, becomes single dashes. At most 60 bytes of
/// UTF-8, no dash at either end; may be empty.
std::string slug(std::string_view text);

/// Sets every item's `file`: the pattern with its tokens filled in, then ".png", at most 200 bytes. Tokens: [index] and
/// [row] (0-based, at least 5 digits), [seed] [prompt] [steps] [cfg] [width] [height] [sampler] [schedule] [model]. An
/// empty token leaves no dash behind ("00000-42.png"); a name never begins with a dot or a dash.
/// Names are unique in the run: when the pattern gives any name twice, all names get their index in front.
/// Throws UsageError on an unknown token and on characters that a file name cannot carry everywhere.
void name_items(std::vector<Item>& items, const std::string& pattern, const std::string& model);

}  // namespace fanlight
