#pragma once

#include <filesystem>
#include <vector>

#include "core/output/journal.h"
#include "core/parallel/communicator.h"
#include "core/protocol/run_plan.h"

namespace fanlight {

/// Transfers images to rank 0 as files, over Gloo: they are on disk, so a detour over a GPU would gain nothing. The
/// functions throw Error naming the file and leave nothing half-written.

/// Sends the files of these items of the run.
void send_images(Communicator& group, const std::filesystem::path& folder, const RunPlan& run,
                 const std::vector<int64_t>& items);

/// Receives those of another rank in the order of `images`, checks each against its SHA-256 and puts it into the
/// folder.
void receive_images(Communicator& group, int from, const std::filesystem::path& folder,
                    const std::vector<Result>& images);

/// Writes OUT/contact-sheet.png of the images done, in the order of the items.
void write_run_sheet(const std::filesystem::path& folder, const RunPlan& run, const std::vector<int64_t>& done);

}  // namespace fanlight
