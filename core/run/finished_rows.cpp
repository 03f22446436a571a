#include "core/run/finished_rows.h"

#include "core/base/error.h"
#include "core/output/journal.h"
#include "core/run/run_folder.h"

namespace fanlight {

namespace fs = std::filesystem;

RunRows run_rows(const fs::path& folder) {
    std::error_code error;
    if (!fs::exists(folder / ".fanlight" / "run.json", error)) {
        if (fs::exists(folder / "manifest.jsonl", error))
            return {.finished = read_manifest_jsonl(folder / "manifest.jsonl")};
        throw UsageError(folder.string() +
                         " holds no run: there is neither .fanlight/run.json nor manifest.jsonl in it");
    }
    const RunPlan plan = read_plan(folder);
    const Replay replay = replay_journals(folder / ".fanlight");
    RunRows rows;
    if (!plan.items.empty()) rows.task = plan.items.front().task.kind();
    for (const Item& item : plan.items) {
        const auto found = replay.done.find(item.index);
        if (found == replay.done.end()) {
            rows.unmade.push_back(item.index);
            continue;
        }
        const ResultFile* file = found->second.file();
        if ((file ? file->name : "") != item.place)
            throw Error((folder / ".fanlight").string() + ": the journal records " +
                        (file ? in_quotes(file->name) : "a text") + " as item " + std::to_string(item.index) +
                        ", which is " + (item.place.empty() ? "a text" : in_quotes(item.place)) + "; resume the run");
        rows.finished.push_back(manifest_row(item, found->second));
    }
    return rows;
}

std::vector<ManifestRow> finished_rows(const fs::path& folder) { return run_rows(folder).finished; }

}  // namespace fanlight
