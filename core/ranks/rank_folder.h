#pragma once

#include <filesystem>
#include <mutex>
#include <vector>

#include "core/output/journal.h"
#include "core/protocol/run_plan.h"
#include "core/ranks/rank_lead.h"

namespace fanlight {

/// The run folder of a rank, which others may write to as well, each into a journal of its own.
class RankFolder {
public:
    /// Removes the torn end of the rank's journal. `run` must outlive this. Throws Error if another process has the
    /// journal.
    RankFolder(std::filesystem::path path, const RunPlan& run, int rank);

    const std::filesystem::path& path() const { return path_; }

    /// On disk when it returns. Any thread.
    void record(const std::vector<JournalRecord>& records);

    /// Which items are done and which have failed, by all journals in the folder: this process's, from all its starts,
    /// and the others'. A file that is missing or has another size does not count, unless it was culled.
    struct Recorded {
        ItemNumbers done, failed;
    };
    Recorded recorded() const;

    /// All records of items in the folder's journals.
    DoneIndex index() const { return {path_ / ".fanlight", run_.items.size()}; }

    /// The run's manifest or results, of what rank 0 knows.
    void write_results(const RankLead& lead) const;

private:
    bool holds(const Item& item, const Result& result) const;

    const std::filesystem::path path_;
    const RunPlan& run_;
    std::mutex recording_;  ///< guards journal_
    Journal journal_;
};

/// Of this machine's files of a model, which rank 0 compares with its own. Reads them all, unless their hashes are
/// kept.
FileHashes file_hashes(const PlannedModel& model);

}  // namespace fanlight
