#include "app/cli/queue_listing.h"

#include <cstdio>

#include "app/cli/text_layout.h"
#include "core/base/text.h"
#include "core/owner/run_name.h"
#include "core/owner/run_owner.h"

namespace fanlight {

namespace {

std::string title_of(const KnownRun& run) { return run_title(run.name, run.begun, run.prompt); }

Json run_json(const KnownRun& run, size_t number) {
    return {{"number", number},
            {"name", title_of(run)},
            {"folder", run.folder},
            {"phase", text_of(run.phase)},
            {"model", run.model},
            {"task", run.task},
            {"total", run.counts.total},
            {"done", run.counts.done},
            {"failed", run.counts.failed},
            {"cancelled", run.counts.cancelled},
            {"warnings", run.warnings},
            {"seconds", run.seconds},
            {"message", run.message.text()}};
}

/// "3 of 12, 1 failed"
std::string counts_text(const RunCounts& counts) {
    std::string text = std::to_string(counts.done) + " of " + std::to_string(counts.total);
    if (counts.failed > 0) text += ", " + std::to_string(counts.failed) + " failed";
    if (counts.cancelled > 0) text += ", " + std::to_string(counts.cancelled) + " cancelled";
    return text;
}

}  // namespace

bool is_abandoned(const KnownRun& run) { return is_left(run) && !(run.by_queue && is_idle_owner_up()); }

KnownRuns runs_now() {
    KnownRuns runs = RunQueue().runs();
    for (KnownRun& run : runs) {
        if (run.phase == RunPhase::Running || run.phase == RunPhase::Paused) count_again(run);
        if (is_abandoned(run)) run.phase = RunPhase::Interrupted;
    }
    return runs;
}

void print_runs(const KnownRuns& runs, const std::vector<size_t>& numbers, bool json) {
    constexpr size_t name_width = 40;
    if (!json) std::printf("%4s  %-11s  %-18s  %-40s  %s\n", "#", "STATE", "DONE", "NAME", "FOLDER");
    for (const size_t number : numbers) {
        const KnownRun& run = runs[number - 1];
        if (json)
            std::printf("%s\n", to_line(run_json(run, number)).c_str());
        else
            std::printf(
                "%4zu  %-11s  %-18s  %s  %s\n", number, text_of(run.phase).c_str(), counts_text(run.counts).c_str(),
                padded(excerpt(title_of(run), name_width - 1), name_width).c_str(), printable(run.folder).c_str());
    }
}

}  // namespace fanlight
