#pragma once

#include "core/protocol/events.h"

namespace fanlight {

/// Prints a run's event as one line of JSON on standard output (--json); some events are not printed.
void print_event(const RunEvent& event);

}  // namespace fanlight
