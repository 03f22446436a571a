#include <csignal>
#include <memory>

#include "app/cli/command.h"
#include "core/owner/run_owner.h"

namespace fanlight {

Action add_serve(CLI::App& app) {
    const auto options = std::make_shared<IdleOwnerOptions>();
    app.add_option("--idle-seconds", options->idle_seconds, "End after this long without a run or a client")
        ->check(CLI::Range(1.0, 1e6));
    return [options] {
        for (const int signal : {SIGINT, SIGTERM, SIGHUP}) std::signal(signal, [](int) { request_stop(); });
        serve_runs(*options);
        return ExitCode::Done;
    };
}

}  // namespace fanlight
