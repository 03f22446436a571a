#include "core/devices/placement.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/base/text.h"

namespace fanlight {

namespace {

const std::vector<std::string>& mode_names() {
    static const std::vector<std::string> names = {"replicas", "sharded", "pipelined"};
    return names;
}

}  // namespace

const std::string& name_of(Mode mode) { return mode_names()[static_cast<size_t>(mode)]; }

Mode mode_named(const std::string& name) {
    const auto& names = mode_names();
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) throw UsageError("There is no mode \"" + name + "\"; there are " + listed(names));
    return static_cast<Mode>(found - names.begin());
}

}  // namespace fanlight
