#include <memory>

#include "app/cli/attachment.h"
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
Action add_cancel(CLI::App& app) { return add_steering(app, cancelling); }

}  // namespace fanlight
