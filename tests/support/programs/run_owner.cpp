// fanlight-run-owner FOLDER ITEMS WORKERS: makes a fake run, or goes on with the one that is there. Tests kill it.

#include <QCoreApplication>
#include <cstdio>

#include "core/base/error.h"
#include "tests/support/fake_runs.h"

int main(int argc, char** argv) {
    const QCoreApplication application(argc, argv);
    const std::filesystem::path folder = argv[1];
    fanlight::RunOptions options{.folder = folder};
    if (!std::filesystem::exists(folder / ".fanlight" / "run.json"))
        options.plan = fanlight::fake_plan(fanlight::fake_items(std::stoi(argv[2])), std::stoi(argv[3]), 2);
    fanlight::RunEvents silent;
    try {
        const auto result = fanlight::run_batch(options, silent);
        return result.counts.done == result.counts.total ? 0 : 3;
    } catch (const fanlight::Error& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return static_cast<int>(error.code());
    }
}
