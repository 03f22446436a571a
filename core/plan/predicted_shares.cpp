#include "core/plan/predicted_shares.h"

#include <functional>
#include <numeric>
#include <queue>
#include <tuple>

#include "core/batch/split.h"
#include "core/run/dispatcher.h"

namespace fanlight {

namespace {

using Shares = std::vector<std::vector<int64_t>>;

Shares pulled(const RunPlan& plan, const std::vector<double>& seconds) {
    using Sampled = std::tuple<double, int, std::vector<int64_t>>;  // when, by which worker
    const auto later = [](const Sampled& a, const Sampled& b) { return std::get<0>(a) > std::get<0>(b); };
    std::priority_queue<Sampled, std::vector<Sampled>, decltype(later)> events(later);

    std::vector<int64_t> pending(plan.items.size());
    std::iota(pending.begin(), pending.end(), 0);
    const auto workers = static_cast<int>(seconds.size());
    Dispatcher dispatcher(plan.items, pending, {.workers = workers});
    Shares shares(seconds.size());
    const double first_work = plan.items.front().task.work();
    const auto hand_out = [&](double now) {
        for (int worker = 0; worker < workers; ++worker) {
            const auto batch = dispatcher.next(worker);
            if (batch.empty()) continue;
            shares[worker].insert(shares[worker].end(), batch.begin(), batch.end());
            events.emplace(
                now + seconds[worker] * plan.items[static_cast<size_t>(batch.front())].task.work() / first_work, worker,
                batch);
        }
    };
    for (hand_out(0); !events.empty();) {
        const auto [now, worker, made] = events.top();
        events.pop();
        dispatcher.set_time(now);
        for (const int64_t item : made) dispatcher.sampled(worker, item);
        for (const int64_t item : made) dispatcher.done(worker, item);
        hand_out(now);
    }
    return shares;
}

}  // namespace

Shares predicted_shares(const RunPlan& plan, const std::vector<double>& seconds) {
    if (plan.items.empty() || seconds.empty()) return Shares(seconds.size());
    if (plan.split == Split::Pull) return pulled(plan, seconds);
    Shares shares;
    const auto world = static_cast<int>(seconds.size());
    for (int rank = 0; rank < world; ++rank)
        shares.push_back(share(static_cast<int64_t>(plan.items.size()), world, rank, plan.apply_padding));
    return shares;
}

}  // namespace fanlight
