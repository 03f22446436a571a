#pragma once

#include "core/protocol/events.h"

namespace fanlight {

/// An event of a run as JSON, a line on standard output (--json); of some there is nothing to say.
void print_event(const RunEvent& event);

}  // namespace fanlight
