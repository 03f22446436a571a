#include "core/run/finished_rows.h"

#include "core/base/error.h"
#include "core/output/image_marks.h"
#include "core/output/journal.h"
#include "core/run/run_folder.h"

namespace fanlight {

namespace fs = std::filesystem;

namespace {

/// Those of an exported folder.
RunRows manifest_rows(const fs::path& folder, const std::set<std::string>& culled) {
    RunRows rows;
    for (ManifestRow& row : read_manifest_jsonl(folder / "manifest.jsonl"))
        if (culled.contains(row.item.place))
            rows.culled.push_back(row.item.index);
        else
            rows.finished.push_back(std::move(row));
    return rows;
}

}  // namespace

RunRows run_rows(const fs::path& folder) {
    std::error_code error;
    const std::set<std::string> culled = culled_images(folder);
    if (!fs::exists(folder / ".fanlight" / "run.json", error)) {
        if (fs::exists(folder / "manifest.jsonl", error)) return manifest_rows(folder, culled);
        throw UsageError("%1 holds no run: there is neither .fanlight/run.json nor manifest.jsonl in it", folder);
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
            throw Error("%1: the journal records %2 as item %3, which is %4; resume the run", (folder / ".fanlight"),
                        (file ? Sentence(in_quotes(file->name)) : Sentence("a text")), item.index,
                        (item.place.empty() ? Sentence("a text") : Sentence(in_quotes(item.place))));
        if (culled.contains(item.place))
            rows.culled.push_back(item.index);
        else
            rows.finished.push_back(manifest_row(item, found->second));
    }
    return rows;
}

std::vector<ManifestRow> finished_rows(const fs::path& folder) { return run_rows(folder).finished; }

}  // namespace fanlight
