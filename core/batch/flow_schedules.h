#pragma once

#include <optional>
#include <string_view>

#include "core/batch/names.h"

namespace fanlight {

/// Whether a sampler follows schedules that set noise levels, such as karras, on models that predict a flow. Solvers
/// have levels of their own there.
bool follows_on_flows(std::string_view sampler);

/// Whether a sampler follows a schedule. nullptr: one that is not known. `flow`: whether the model predicts a flow;
/// nullopt: that is not known.
bool follows(const SamplerName* sampler, const ScheduleName& schedule, std::optional<bool> flow);

}  // namespace fanlight
