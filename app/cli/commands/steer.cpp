#include <memory>

#include "app/cli/attachment.h"
#include "app/cli/cancelling.h"
#include "app/cli/command.h"
#include "app/cli/help.h"
#include "app/cli/say.h"

namespace fanlight {

namespace {

/// A command that sends one message to a run's owner, and how to tell that it was carried out.
struct Steering {
    void (*ask)(RunClient& client, int64_t run);
    bool (*obeyed)(const RunState& run);
    const char* confirmation;
    const char* example;
};

constexpr Steering pausing = {
    [](RunClient& client, int64_t run) { client.pause(run); },
    [](const RunState& run) { return run.phase() == RunPhase::Paused; },
    "Paused: items already begun are finished, nothing new begins",
    "fanlight pause night",
};
constexpr Steering resuming = {
    [](RunClient& client, int64_t run) { client.resume(run); },
    [](const RunState& run) { return run.phase() == RunPhase::Running; },
    "Resumed",
    "fanlight resume night",
};
constexpr Steering cancelling = {
    [](RunClient& client, int64_t run) { client.cancel(run); },
    [](const RunState& run) { return run.ended(); },
    "Cancelled; finished items are kept",
    "fanlight cancel night",
};

struct CancelOptions {
    std::string folder;
    bool all = false, json = false;
};

ExitCode steer(const Steering& steering, const std::string& folder) {
    Attachment attachment(folder);
    const std::string path = attachment.run()->folder();
    attachment.steer(steering.ask, steering.obeyed);
    say(std::string(steering.confirmation) + ", in " + path + ".");
    return ExitCode::Done;
}

Action add_steering(CLI::App& app, const Steering& steering) {
    const auto folder = std::make_shared<std::string>();
    add_run_folder(app, *folder);
    add_examples(app, {steering.example});
    return [&steering, folder] { return steer(steering, *folder); };
}

}  // namespace

Action add_pause(CLI::App& app) { return add_steering(app, pausing); }
Action add_resume(CLI::App& app) { return add_steering(app, resuming); }

Action add_cancel(CLI::App& app) {
    const auto options = std::make_shared<CancelOptions>();
    add_run_folder(app, options->folder);
    app.add_flag("--all", options->all, "Cancel all runs: end those being made, and take those waiting from the queue");
    app.add_flag("--json", options->json, "With --all: print one JSON object per cancelled run on standard output");
    add_examples(app, {cancelling.example, "fanlight cancel --all"});
    return [options] {
        if (options->all && !options->folder.empty())
            throw UsageError("--all cancels every run; give it without a folder, or the folder without it");
        if (options->json && !options->all) throw UsageError("--json belongs to --all");
        return options->all ? cancel_all(options->json) : steer(cancelling, options->folder);
    };
}

}  // namespace fanlight
