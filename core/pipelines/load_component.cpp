#include "core/pipelines/load_component.h"

#include <algorithm>

#include "core/base/text.h"

namespace fanlight {

void check_complete(const ModelFolder& folder, const std::string& component, const Weights& weights,
                    const std::function<bool(const std::string& key)>& expected) {
    for (const std::string& key : weights.untaken()) {
        if (expected(key)) continue;
        throw Error("%1 holds the tensor \"%2\", which its config.json does not account for.",
                    folder.files().place_of(component), excerpt(key, 200));
    }
}

std::function<bool(const std::string& key)> holding(std::vector<std::string> parts) {
    return [parts = std::move(parts)](const std::string& key) {
        return std::any_of(parts.begin(), parts.end(),
                           [&](const std::string& part) { return key.find(part) != std::string::npos; });
    };
}

}  // namespace fanlight
