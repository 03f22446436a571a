#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/base/sentence.h"
#include "core/batch/request.h"
#include "core/output/journal.h"
#include "core/protocol/run_plan.h"

namespace fanlight {

/// Which items are done; their records stay in the journals (see DoneIndex).
class DoneItems {
public:
    void insert(int64_t item);
    bool contains(int64_t item) const;
    size_t size() const { return count_; }

private:
    std::vector<bool> done_;  ///< by item; shorter than the plan if no later item is done
    size_t count_ = 0;
};

/// A run folder that belongs to this process: its journal is locked.
struct RunFolder {
    std::filesystem::path path;  ///< absolute
    RunPlan plan;
    Journal journal;
    DoneItems done;                ///< those found complete on resume, then those made since
    std::vector<int64_t> pending;  ///< all other items of the plan; those that failed before are tried again
    std::vector<Sentence> warnings;

    std::filesystem::path logs() const { return path / ".fanlight" / "logs"; }
};

/// One spelling for each way to name a run's folder: absolute, without dots, without a slash at its end.
std::filesystem::path run_path(const std::filesystem::path& folder);

/// Sets the SHA-256 of the plan's models that have none yet. Reads all their weights. Throws as model_hash() does.
void hash_models(RunPlan& plan);

/// Creates the folder and writes run.json. Throws UsageError if it contains a run with finished items, or a file with
/// an item's name, or its name is not UTF-8; Error if it cannot be written; an existing folder is then unchanged. A run
/// without finished items (whose model could not be loaded, say) is replaced.
RunFolder create_run(const std::filesystem::path& folder, RunPlan plan);

/// What a resumed run does about the images that the user has moved to the trash (core/output/image_marks.h).
enum class Culled { StayAway, AreRemade };

/// Where what is left of a run is made.
struct Workforce {
    std::vector<std::string> devices;
    RunPlacement placement;
    int threads = 1;
};

/// How a run is resumed.
struct ResumeOptions {
    Culled culled = Culled::StayAway;
    std::optional<Workforce> workforce;  ///< takes the plan's place, in run.json too; nullopt: as it was begun
};

/// Resumes a run, whatever happened to its owner: reads run.json and the journals, cuts off a torn record, deletes
/// half-written files and checks the size and SHA-256 of every finished file; a result that is a record is intact if
/// its CRC is right. The item of a missing or changed file is pending again, with a warning; a changed file is kept in
/// `.fanlight/replaced/`. A culled image counts as done unless it is to be remade. Throws Error if there is something
/// to make and the model has changed.
RunFolder resume_run(const std::filesystem::path& folder, const ResumeOptions& options = {});

/// Writes the files that list the finished items (RunResults), culled ones left out. Throws Error naming the file.
void write_manifest(const RunFolder& run);

}  // namespace fanlight
