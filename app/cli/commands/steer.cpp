#include <memory>

#include "app/cli/attachment.h"
#include "app/cli/command.h"
#include "app/cli/say.h"

namespace fanlight {

namespace {

/// A command that sends one message to a run's owner, and how to tell that it was carried out.
struct Steering {
    void (*ask)(RunClient& client, int64_t run);
    bool (*obeyed)(const RunState& run);
    const char* confirmation;
};

constexpr Steering pausing = {
    [](RunClient& client, int64_t run) { client.pause(run); },
    [](const RunState& run) { return run.phase() == RunPhase::Paused; },
    "Paused: what has begun is finished, nothing new begins",
};
constexpr Steering resuming = {
    [](RunClient& client, int64_t run) { client.resume(run); },
    [](const RunState& run) { return run.phase() == RunPhase::Running; },
    "Resumed",
};
constexpr Steering cancelling = {
    [](RunClient& client, int64_t run) { client.cancel(run); },
    [](const RunState& run) { return run.ended(); },
    "Cancelled; what is made is kept",
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
    app.add_option("DIR", *folder, "The run folder (default: the one run that is being made)");
    return [&steering, folder] { return steer(steering, *folder); };
}

}  // namespace

Action add_pause(CLI::App& app) { return add_steering(app, pausing); }
Action add_resume(CLI::App& app) { return add_steering(app, resuming); }
Action add_cancel(CLI::App& app) { return add_steering(app, cancelling); }

}  // namespace fanlight
