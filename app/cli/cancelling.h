#pragma once

#include <string>
#include <vector>

#include "core/base/error.h"

namespace fanlight {

/// Takes these runs from the queue if they wait, and ends them if they are being made; returns when that is on disk.
/// Throws Error naming one whose owner does not obey; the others are cancelled all the same.
void cancel_runs(const std::vector<std::string>& folders);

/// Cancels whatever waits or is being made, and prints these runs, as print_runs() does, and how to undo it.
ExitCode cancel_all(bool json);

}  // namespace fanlight
