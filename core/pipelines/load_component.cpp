#include "core/pipelines/load_component.h"

#include <algorithm>

namespace fanlight {

void check_complete(const Weights& weights, const std::function<bool(const std::string& key)>& expected) {
    std::vector<std::string> keys = weights.untaken();
    std::erase_if(keys, expected);
    weights.refuse_surplus(std::move(keys));
}

std::function<bool(const std::string& key)> holding(std::vector<std::string> parts) {
    return [parts = std::move(parts)](const std::string& key) {
        return std::any_of(parts.begin(), parts.end(),
                           [&](const std::string& part) { return key.find(part) != std::string::npos; });
    };
}

}  // namespace fanlight
