#include "core/batch/on_oom.h"

#include <array>
#include <utility>

#include "core/base/error.h"
#include "core/base/text.h"

namespace fanlight {

namespace {

constexpr std::array<std::pair<OnOom, const char*>, 2> on_oom_names = {{{OnOom::Same, "same"}, {OnOom::Any, "any"}}};

}  // namespace

std::string name_of(OnOom on_oom) {
    for (const auto& [known, name] : on_oom_names)
        if (known == on_oom) return name;
    return "";
}

OnOom on_oom_named(const std::string& name) {
    for (const auto& [on_oom, known] : on_oom_names)
        if (name == known) return on_oom;
    throw Error("There is no \"%1\" to do when memory runs out; choose same or any", name);
}

}  // namespace fanlight
