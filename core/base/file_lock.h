#pragma once

#include <filesystem>

#include "core/base/unique_fd.h"

namespace fanlight {

/// Locks a file that exists for that alone, and is created if it is missing (flock): the kernel releases it with the
/// process. Empty if it cannot be opened, or another process holds it for so many seconds; errno then says why.
UniqueFd lock_file(const std::filesystem::path& file, double patience_seconds);

}  // namespace fanlight
