#include "core/checkpoints/key_maps.h"

namespace fanlight {

std::optional<std::string> mapped_key(const KeyMap& map, std::string_view key, char separator) {
    for (std::string_view module = key; !module.empty();) {
        if (const auto found = map.find(module); found != map.end())
            return found->second + std::string(key.substr(module.size()));
        const size_t end = module.rfind(separator);
        module = module.substr(0, end == std::string_view::npos ? 0 : end);
    }
    return std::nullopt;
}

void add_parts(KeyMap& map, const std::string& from, const std::string& to, PartNames parts) {
    for (const auto& [own, diffusers] : parts) map.emplace(from + "." + own, to + "." + diffusers);
}

}  // namespace fanlight
