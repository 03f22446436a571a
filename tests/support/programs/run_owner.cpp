// fanlight-run-owner FOLDER ITEMS WORKERS [PROMPT]: makes a fake run, or resumes an existing one, and accepts clients.
// fanlight-run-owner serve [IDLE_SECONDS]: makes the runs that clients start. Tests control both, and kill them.

#include <QCoreApplication>
#include <cstdio>

#include "core/base/error.h"
#include "core/owner/run_owner.h"
#include "tests/support/fake_runs.h"
#include "tests/support/toy_text/toy_text.h"

using namespace fanlight;

namespace {

int make_run(const QStringList& arguments) {
    const std::filesystem::path folder = arguments[1].toStdString();
    RunOptions options{.folder = folder};
    auto items = fake_items(arguments[2].toInt());
    if (arguments.size() > 4)
        for (Item& item : items) item.task.edit<ImageTask>().prompt = arguments[4].toStdString();
    if (!std::filesystem::exists(folder / ".fanlight" / "run.json"))
        options.plan = fake_plan(std::move(items), arguments[3].toInt(), 2);
    const auto result = run_batch_served(std::move(options), [](const RunEvent&) {});
    return result.counts.done == result.counts.total ? 0 : 3;
}

int serve(const QStringList& arguments) {
    IdleOwnerOptions options;
    options.run.backoff_seconds = 0.02;
    if (arguments.size() > 2) options.idle_seconds = arguments[2].toDouble();
    serve_runs(options);
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    const QCoreApplication application(argc, argv);
    add_toy_text();
    const QStringList arguments = QCoreApplication::arguments();
    try {
        return arguments[1] == "serve" ? serve(arguments) : make_run(arguments);
    } catch (const Error& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return static_cast<int>(error.code());
    }
}
