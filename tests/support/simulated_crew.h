#pragma once

#include <algorithm>
#include <chrono>
#include <queue>
#include <random>
#include <tuple>
#include <vector>

#include "core/run/dispatcher.h"
#include "tests/support/fake_runs.h"

/// A simulated run without models: the real Dispatcher, and workers that only let simulated time pass.
namespace fanlight {

struct SimulatedCrew {
    std::vector<double> seconds_per_batch;  ///< one per worker
    double jitter = 0;                      ///< each micro-batch takes up to this fraction more or less
    int batch_size = 1;
};

struct SimulatedRun {
    double makespan = 0;                  ///< simulated seconds until the last item is done
    double overhead_seconds = 0;          ///< real seconds, spent in the Dispatcher
    std::vector<int64_t> items;           ///< number of items made by each worker
    std::vector<double> last_given;       ///< when each worker got its last micro-batch
    bool gave_more_than_started = false;  ///< a worker was given work before it had finished its previous micro-batch
};

/// The minimum makespan of `count` equal, indivisible micro-batches, with everything known in advance.
inline double best_makespan(const std::vector<double>& seconds_per_batch, int64_t count) {
    double too_early = 0, late_enough = *std::min_element(seconds_per_batch.begin(), seconds_per_batch.end()) * count;
    for (int i = 0; i < 200; ++i) {
        const double middle = (too_early + late_enough) / 2;
        int64_t done = 0;
        for (const double seconds : seconds_per_batch) done += static_cast<int64_t>(middle / seconds);
        (done < count ? too_early : late_enough) = middle;
    }
    return late_enough;
}

/// Makes `count` equal items. As in a run, after each event every worker is offered work, in order.
inline SimulatedRun simulate(const SimulatedCrew& crew, int count) {
    using Clock = std::chrono::steady_clock;
    using Event = std::tuple<double, int, std::vector<int64_t>>;  // when, which worker, what it has sampled

    const auto items = fake_items(count, crew.batch_size);
    const auto workers = static_cast<int>(crew.seconds_per_batch.size());
    SimulatedRun run;
    run.items.resize(workers);
    run.last_given.resize(workers);
    std::vector<double> busy_until(workers, 0);
    std::mt19937 random(1);
    std::uniform_real_distribution<double> factor(1 - crew.jitter, 1 + crew.jitter);
    std::priority_queue<Event, std::vector<Event>, std::greater<>> events;
    const auto timed = [&](const auto& work) {
        const auto start = Clock::now();
        work();
        run.overhead_seconds += std::chrono::duration<double>(Clock::now() - start).count();
    };

    Dispatcher dispatcher(items, numbers_of(items), {.workers = workers});
    const auto hand_out = [&](double now) {
        for (int worker = 0; worker < workers; ++worker) {
            std::vector<int64_t> batch;
            timed([&] { batch = dispatcher.next(worker); });
            if (batch.empty()) continue;
            run.gave_more_than_started |= busy_until[worker] > now;
            run.last_given[worker] = now;
            busy_until[worker] = now + crew.seconds_per_batch[worker] * factor(random);
            events.emplace(busy_until[worker], worker, batch);
        }
    };
    hand_out(0);
    for (; !events.empty(); events.pop()) {
        const auto [now, worker, made] = events.top();
        timed([&, now = now, worker = worker, &made = made] {
            dispatcher.set_time(now);
            for (const int64_t item : made) dispatcher.sampled(worker, item);
            for (const int64_t item : made) dispatcher.done(worker, item);
        });
        run.items[worker] += static_cast<int64_t>(made.size());
        run.makespan = now;
        hand_out(now);
    }
    return run;
}

}  // namespace fanlight
