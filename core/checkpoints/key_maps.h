#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace fanlight {

/// Maps a checkpoint's own module names to diffusers'. An unlisted module is renamed with the one that contains it:
/// with {"input_blocks.1.1": "down_blocks.0.attentions.0"}, "input_blocks.1.1.norm.weight" becomes
/// "down_blocks.0.attentions.0.norm.weight".
using KeyMap = std::map<std::string, std::string, std::less<>>;

/// The key's name in diffusers; nullopt if no module of the map contains it. `separator`: what stands between the names
/// of modules.
std::optional<std::string> mapped_key(const KeyMap& map, std::string_view key, char separator = '.');

/// Adds the parts of one module that have other names, too: their own and diffusers'.
using PartNames = std::initializer_list<std::pair<const char*, const char*>>;
void add_parts(KeyMap& map, const std::string& from, const std::string& to, PartNames parts);

/// The name of one of several modules, "blocks." and 2 -> "blocks.2".
inline std::string numbered(const std::string& name, int64_t number) { return name + std::to_string(number); }

}  // namespace fanlight
