#pragma once

#include <QString>

#include "core/owner/run_state.h"

namespace fanlight::ui {

/// The run's name or, where it has none, when it was begun, and its first prompt: "22:04, a lighthouse", or
/// "29 Nov 22:04, a lighthouse" of another day.
QString runTitle(const RunState& run);

}  // namespace fanlight::ui
