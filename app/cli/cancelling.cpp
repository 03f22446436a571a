#include "app/cli/cancelling.h"

#include <algorithm>
#include <optional>

#include "app/cli/attachment.h"
#include "app/cli/queue_listing.h"
#include "app/cli/say.h"
#include "core/base/host_name.h"

namespace fanlight {

namespace {

bool has_ended(const KnownRun& run) { return run.phase >= RunPhase::Finished; }

/// Takes those that wait from the queue at once, so that no owner begins one when the run before it ends, nor takes up
/// one whose owner has died. Returns those that are being made.
KnownRuns leave_out_waiting(const std::vector<std::string>& folders) {
    KnownRuns made;
    RunQueue().change([&](KnownRuns& runs) {
        for (KnownRun& run : runs) {
            if (std::find(folders.begin(), folders.end(), run.folder) == folders.end() || has_ended(run)) continue;
            if (run.phase != RunPhase::Queued && !is_abandoned(run)) {
                made.push_back(run);
                continue;
            }
            count_again(run);
            run.phase = RunPhase::Cancelled;
        }
    });
    return made;
}

void end(const KnownRun& run) {
    if (run.machine != host_name())
        throw Error("The run in %1 is being made on %2; cancel it there", run.folder, run.machine);
    try {
        Attachment attachment(run.folder);
        attachment.steer([](RunClient& client, int64_t id) { client.cancel(id); },
                         [](const RunState& state) { return state.ended(); });
    } catch (const Error&) {
        if (is_being_made(run.folder)) throw;  // else it has just ended by itself
    }
}

}  // namespace

void cancel_runs(const std::vector<std::string>& folders) {
    std::optional<Error> problem;
    for (const KnownRun& run : leave_out_waiting(folders)) {
        try {
            end(run);
        } catch (const Error& error) {
            if (!problem) problem = error;
        }
    }
    if (problem) throw *problem;
}

ExitCode cancel_all(bool json) {
    std::vector<std::string> folders;
    for (const KnownRun& run : RunQueue().runs())
        if (!has_ended(run)) folders.push_back(run.folder);
    if (folders.empty()) {
        say("No run is waiting or being made, so there is nothing to cancel.");
        return ExitCode::Done;
    }
    cancel_runs(folders);
    const KnownRuns runs = runs_now();
    std::vector<size_t> numbers;
    std::string words;
    for (size_t number = 1; number <= runs.size(); ++number) {
        if (std::find(folders.begin(), folders.end(), runs[number - 1].folder) == folders.end()) continue;
        numbers.push_back(number);
        words += " " + std::to_string(number);
    }
    print_runs(runs, numbers, json);
    say("Finished items are kept; fanlight queue resume" + words + " makes the rest after all.");
    return ExitCode::Done;
}

}  // namespace fanlight
