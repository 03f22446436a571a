#pragma once

#include <filesystem>

#include "core/base/sentence.h"

namespace fanlight {

/// The file system of shared memory; all zero if there is none.
std::filesystem::space_info shared_memory();

/// What to do if it is too small for NCCL, whose processes on one machine exchange through it; one sentence, empty if
/// it suffices. A container's is 64 MB unless it is told otherwise.
Sentence shared_memory_problem(const std::filesystem::space_info& space);

}  // namespace fanlight
