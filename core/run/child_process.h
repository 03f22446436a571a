#pragma once

#include <sys/types.h>

namespace fanlight {

/// For QProcess::setChildProcessModifier(): runs in the child before exec, and lets it end (SIGKILL) with the process
/// `owner` that starts it, whatever either of them is doing; even a stopped child is not left behind.
void tie_to_owner(pid_t owner);

/// The same, and signals of the terminal (Ctrl-C) do not reach the child: its owner decides what they mean.
void tie_to_owner_in_own_group(pid_t owner);

}  // namespace fanlight
