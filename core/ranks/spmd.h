#pragma once

#include <filesystem>

#include "core/base/error.h"

namespace fanlight {

/// The worker's front end under an external launcher: one of several processes that run the same program on the same
/// run.json, each a replica on its own device, a stage of a pipeline (stage k of pipeline r is rank r K + k), or a
/// sharded model on its machine's devices. Rank 0 determines from all journals what is to be made; who makes it is
/// decided by ticket or by Accelerate's even rule (see RankShare). Each process keeps its own journal
/// (journal-RANK.jsonl); rank 0 waits for the others and writes the manifest. Restarted after any crash, it makes what
/// is left. The run folder may be shared between machines, or each may have its own. Returns Done or SomeItemsFailed;
/// throws Error.
ExitCode run_spmd(const std::filesystem::path& run_json);

}  // namespace fanlight
