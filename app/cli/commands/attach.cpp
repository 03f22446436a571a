#include <unistd.h>

#include <QEventLoop>
#include <csignal>
#include <cstdio>
#include <memory>

#include "app/cli/attachment.h"
#include "app/cli/command.h"
#include "app/cli/event_printer.h"
#include "app/cli/help.h"
#include "app/cli/make_run.h"
#include "app/cli/progress_printer.h"
#include "core/run/run_batch.h"
#include "core/run/stop_requests.h"

namespace fanlight {

namespace {

struct AttachOptions {
    std::string folder;
    bool json = false;
};

/// Translates an owner's messages into a run's events.
class Relay {
public:
    Relay(const RunState& run, const RunListener& print) : run_(run), print_(print) {}

    void begin() {
        print_(RunStarted{run_.folder(), run_.counts(), static_cast<int>(run_.workers().size())});
        for (size_t worker = 0; worker < run_.workers().size(); ++worker) {
            const WorkerStatus& status = run_.workers()[worker];
            print_(WorkerChanged{static_cast<int>(worker), status.state, status.detail});
        }
        (*this)(run_.head());
    }

    void operator()(const client::Run& head) {
        if (head.seconds_left >= 0) print_(RunEstimated{head.seconds_left});
    }
    void operator()(const client::Worker& worker) {
        print_(WorkerChanged{worker.worker, worker_state_of(worker.state), worker.detail});
    }
    template <typename Event>
    void operator()(const client::OfRun<Event>& message) {
        Event event = message;
        if constexpr (requires { event.counts; }) event.counts = run_.counts();
        print_(event);
    }
    template <typename Other>
    void operator()(const Other&) {}

private:
    const RunState& run_;
    const RunListener& print_;
};

ExitCode ended(const RunState& run, const RunListener& print) {
    if (run.phase() == RunPhase::Failed) throw Error(run.message());
    if (run.phase() == RunPhase::Interrupted)
        throw Error("%1; continue the run with fanlight queue resume %2", run.message().open(), run.folder());
    const bool interrupted = run.phase() == RunPhase::Cancelled;
    print(RunFinished{run.counts(), run.seconds(), interrupted});
    return exit_code({run.counts(), run.seconds(), interrupted});
}

ExitCode attach(const AttachOptions& options) {
    Attachment attachment(options.folder);
    const RunListener print =
        options.json ? RunListener(print_event) : ProgressPrinter(::isatty(STDERR_FILENO) == 1, {});
    const auto is_over = [&] { return !attachment.run() || attachment.run()->ended(); };

    QEventLoop loop;
    bool detached = false;
    std::optional<Sentence> lost;
    RunClient& client = attachment.client();
    const auto relay = [&](const client::FromOwner& event) {
        if (!is_over()) std::visit(Relay(*attachment.run(), print), event);
        if (is_over()) loop.quit();
    };
    QObject::connect(&client, &RunClient::happened, &loop, relay);
    QObject::connect(&client, &RunClient::snapshot, &loop, [&] {
        if (is_over()) loop.quit();
    });
    QObject::connect(&client, &RunClient::lost, &loop, [&](const Sentence& reason) {
        lost = reason;
        loop.quit();
    });
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) std::signal(signal, [](int) { request_stop(); });
    const StopRequests stop_requests([&](int) {
        detached = true;
        loop.quit();
    });

    if (!is_over()) {
        Relay(*attachment.run(), print).begin();
        loop.exec();
    }
    if (detached) {
        std::fprintf(stderr, "Detached; the run continues.\n");
        return ExitCode::Done;
    }
    if (!attachment.run()) throw Error(lost.value_or(Sentence("The run has been removed")));
    return ended(*attachment.run(), print);
}

}  // namespace

Action add_attach(CLI::App& app) {
    const auto options = std::make_shared<AttachOptions>();
    add_run_folder(app, options->folder);
    add_json_events(app, options->json);
    add_examples(app, {"fanlight attach", "fanlight attach night --json"});
    return [options] { return attach(*options); };
}

}  // namespace fanlight
