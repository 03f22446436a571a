#include <unistd.h>

#include <QEventLoop>
#include <csignal>
#include <cstdio>
#include <memory>

#include "app/cli/attachment.h"
#include "app/cli/command.h"
#include "app/cli/event_printer.h"
#include "app/cli/progress_printer.h"
#include "core/run/run_batch.h"
#include "core/run/stop_requests.h"

namespace fanlight {

namespace {

struct AttachOptions {
    std::string folder;
    bool json = false;
};

/// What an owner tells a client as what a run tells its printer.
class Relay {
public:
    Relay(const RunState& run, RunEvents& events) : run_(run), events_(events) {}

    void begin() {
        events_.run_started(run_.folder(), run_.counts(), static_cast<int>(run_.workers().size()));
        for (size_t worker = 0; worker < run_.workers().size(); ++worker) {
            const WorkerStatus& status = run_.workers()[worker];
            events_.worker_changed(static_cast<int>(worker), status.state, status.detail);
        }
    }

    void operator()(const client::Worker& worker) {
        events_.worker_changed(worker.worker, worker_state_of(worker.state), worker.detail);
    }
    void operator()(const client::Progress& progress) {
        events_.item_progress(progress.worker, progress.item, progress.step, progress.of);
    }
    void operator()(const client::Image& image) {
        const Item item{.index = image.item, .place = image.file, .task = ImageTask{.seed = image.seed}};
        const Result result{
            .item = image.item, .content = ResultFile{image.file, image.sha256}, .seconds = image.seconds};
        events_.item_done(image.worker, item, result, run_.counts());
    }
    void operator()(const client::Failed& failed) {
        events_.item_failed({.index = failed.item}, failed.kind, failed.message, run_.counts());
    }
    void operator()(const client::Warning& warning) { events_.warning(warning.message); }
    template <typename Other>
    void operator()(const Other&) {}

private:
    const RunState& run_;
    RunEvents& events_;
};

ExitCode ended(const RunState& run, RunEvents& events) {
    if (run.phase() == RunPhase::Failed) throw Error(run.message());
    const bool interrupted = run.phase() == RunPhase::Cancelled;
    events.run_finished(run.counts(), run.seconds(), interrupted);
    if (interrupted) return ExitCode::Interrupted;
    return run.counts().failed > 0 ? ExitCode::SomeItemsFailed : ExitCode::Done;
}

ExitCode attach(const AttachOptions& options) {
    Attachment attachment(options.folder);
    std::unique_ptr<RunEvents> events;
    if (options.json)
        events = std::make_unique<EventPrinter>();
    else
        events = std::make_unique<ProgressPrinter>(::isatty(STDERR_FILENO) == 1);
    const auto is_over = [&] { return !attachment.run() || attachment.run()->ended(); };

    QEventLoop loop;
    bool detached = false;
    QString lost;
    RunClient& client = attachment.client();
    const auto relay = [&](const client::FromOwner& event) {
        if (!is_over()) std::visit(Relay(*attachment.run(), *events), event);
        if (is_over()) loop.quit();
    };
    QObject::connect(&client, &RunClient::happened, &loop, relay);
    QObject::connect(&client, &RunClient::snapshot, &loop, [&] {
        if (is_over()) loop.quit();
    });
    QObject::connect(&client, &RunClient::lost, &loop, [&](const QString& reason) {
        lost = reason;
        loop.quit();
    });
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) std::signal(signal, [](int) { request_stop(); });
    const StopRequests stop_requests([&](int) {
        detached = true;
        loop.quit();
    });

    if (!is_over()) {
        Relay(*attachment.run(), *events).begin();
        loop.exec();
    }
    if (detached) {
        std::fprintf(stderr, "Detached; the run goes on.\n");
        return ExitCode::Done;
    }
    if (!attachment.run()) throw Error(lost.isEmpty() ? "The run has been removed" : lost.toStdString());
    if (!attachment.run()->ended())
        throw Error(lost.toStdString() + " Go on with --resume " + attachment.run()->folder());
    return ended(*attachment.run(), *events);
}

}  // namespace

Action add_attach(CLI::App& app) {
    const auto options = std::make_shared<AttachOptions>();
    app.add_option("DIR", options->folder, "The run folder (default: the one run that is being made)");
    app.add_flag("--json", options->json, "One event a line on standard output");
    return [options] { return attach(*options); };
}

}  // namespace fanlight
