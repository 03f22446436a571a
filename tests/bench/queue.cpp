// queue: what it costs to record a run in a queue that knows a thousand, as the owner does that stays up and as a
// command does that has just begun, and to list them. Exit status 1 if a limit is exceeded.

#include <QTemporaryDir>

#include "core/owner/run_queue.h"
#include "tests/bench/measure.h"

namespace {

using namespace fanlight;

constexpr int known = 1000, repeats = 51;

KnownRun run_named(int number) {
    return {.folder = "/home/user/Pictures/Fanlight/fanlight-20261129-" + std::to_string(100'000 + number),
            .phase = RunPhase::Finished,
            .model = "stable-diffusion-v1-5",
            .task = "image",
            .counts = {.total = 1000, .done = 998, .failed = 2},
            .seconds = 3456.789,
            .machine = "workstation",
            .name = number % 3 ? "" : "giraffes at dusk, second try",
            .prompt = "a giraffe beneath an acacia at dusk, long shadows, dust in the air, 85 mm",
            .begun = 1'796'000'000 + number,
            .warnings = number % 7};
}

template <typename Work>
double median_ms(const Work& work) {
    std::vector<double> times;
    for (int i = 0; i < repeats; ++i) {
        QElapsedTimer timer;
        timer.start();
        work(i);
        times.push_back(milliseconds(timer));
    }
    return quantile(times, 0.5);
}

}  // namespace

int main() {
    const QTemporaryDir folder;
    const std::filesystem::path file = folder.filePath("queue.json").toStdString();
    RunQueue owner(file);
    owner.change([](KnownRuns& runs) {
        for (int number = 0; number < known; ++number) runs.push_back(run_named(number));
    });
    const auto record = [](RunQueue& queue, int number) {
        queue.change([&](KnownRuns& runs) {
            runs.erase(runs.begin());
            enqueue(runs, run_named(known + number));
            runs.back().phase = RunPhase::Finished;
        });
    };
    bool good = report("recording a run among 1,000, owner", median_ms([&](int i) { record(owner, i); }), 20, "ms");
    good &= report("recording a run among 1,000, command", median_ms([&](int i) {
                       RunQueue command(file);
                       record(command, repeats + i);
                   }),
                   20, "ms");
    good &= report("listing 1,000 runs", median_ms([&](int) { RunQueue(file).runs(); }), 100, "ms");
    return good ? 0 : 1;
}
