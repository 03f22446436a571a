#pragma once

#include <filesystem>
#include <vector>

#include "core/output/journal.h"
#include "core/parallel/communicator.h"
#include "core/protocol/run_plan.h"

namespace fanlight {

/// Images on their way to rank 0, as the files that they are: what lies on disks goes by Gloo, a detour over a GPU
/// would gain nothing. Throw Error naming the file; nothing half-written stays.

/// Sends the files of these items of the run.
void send_images(Communicator& group, const std::filesystem::path& folder, const RunPlan& run,
                 const std::vector<int64_t>& items);

/// Takes those of another rank in the order of `images`, holds each against its SHA-256 and puts it into the folder.
void receive_images(Communicator& group, int from, const std::filesystem::path& folder,
                    const std::vector<Result>& images);

/// OUT/contact-sheet.png of what is done, in the order of the items.
void write_run_sheet(const std::filesystem::path& folder, const RunPlan& run, const std::vector<int64_t>& done);

}  // namespace fanlight
