#pragma once

#include "core/worker/wire.h"

namespace fanlight {

/// The worker's front end on one machine: commands on standard input, results on standard output, until `quit` or the
/// end of the input. Returns the exit status. Threads: this one samples, one reads commands, one encodes and commits
/// images from a bounded queue, one sends the heartbeat.
int serve(Wire& wire);

}  // namespace fanlight
