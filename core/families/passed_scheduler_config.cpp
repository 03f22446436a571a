#include "core/families/passed_scheduler_config.h"

#include <string_view>

#include "core/families/stable_diffusion/scheduler.h"

namespace fanlight {

namespace {

/// The families whose pipelines do not pass it on as it is.
constexpr struct {
    std::string_view family;
    Json (*corrected)(Json config);
} corrections[] = {{"stable_diffusion", &corrected_scheduler_config}};

}  // namespace

Json passed_scheduler_config(const KnownModel& model) {
    Json config = model.files.config("scheduler");
    for (const auto& [family, corrected] : corrections)
        if (family == model.family.name) return corrected(std::move(config));
    return config;
}

}  // namespace fanlight
