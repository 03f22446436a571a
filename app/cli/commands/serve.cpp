#include <csignal>
#include <memory>

#include "app/cli/command.h"
#include "app/cli/help.h"
#include "core/owner/run_owner.h"

namespace fanlight {

Action add_serve(CLI::App& app) {
    const auto options = std::make_shared<IdleOwnerOptions>();
    app.add_option("--idle-seconds", options->idle_seconds,
                   "Exit after this many seconds without a run to make or a window to serve")
        ->default_str("600")
        ->check(CLI::Range(1.0, 1e6));
    add_examples(app, {"fanlight serve --idle-seconds 3600"});
    return [options] {
        for (const int signal : {SIGINT, SIGTERM, SIGHUP}) std::signal(signal, [](int) { request_stop(); });
        serve_runs(*options);
        return ExitCode::Done;
    };
}

}  // namespace fanlight
