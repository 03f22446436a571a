#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/batch/request.h"

namespace fanlight {

inline constexpr const char* default_name_pattern = "[index]-[seed]-[prompt]";

/// The text as part of a file name: letters (in lower case), digits and "_" of all scripts are kept, with their
/// combining marks; invisible characters (joiners, bidi controls) are removed; everything else, including emoji,
/// becomes single dashes. At most 60 bytes of UTF-8, no dash at either end; may be empty.
std::string slug(std::string_view text);

/// Sets the `place` of every item that becomes a file: the pattern with its tokens filled in, then the task's suffix,
/// at most 200 bytes. Tokens: [index] and [row] (0-based, at least 5 digits), [seed] [prompt] [steps] [cfg] [width]
/// [height] [sampler] [schedule] [model]. An empty token leaves no dash behind ("00000-42.png"); a name never begins
/// with a dot or a dash, and one that Windows keeps for a device begins with "_". Names are unique in the run: if the
/// pattern yields any name twice, all names are prefixed by their index. Throws UsageError for an unknown token and for
/// characters that are not allowed in file names on all systems;
/// Error if the pattern has [model] and an item has no recipe.
void name_items(std::vector<Item>& items, const std::string& pattern);

}  // namespace fanlight
