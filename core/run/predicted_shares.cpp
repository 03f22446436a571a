#include "core/run/predicted_shares.h"

#include <functional>
#include <queue>
#include <tuple>

#include "core/batch/split.h"
#include "core/run/dispatcher.h"

namespace fanlight {

namespace {

using Shares = std::vector<std::vector<int64_t>>;

Shares pulled(const RunPlan& plan, const std::vector<double>& seconds) {
    using Sampled = std::tuple<double, int, std::vector<const Item*>>;  // when, by whom
    const auto later = [](const Sampled& a, const Sampled& b) { return std::get<0>(a) > std::get<0>(b); };
    std::priority_queue<Sampled, std::vector<Sampled>, decltype(later)> events(later);

    std::vector<const Item*> pending;
    for (const Item& item : plan.items) pending.push_back(&item);
    const auto workers = static_cast<int>(seconds.size());
    Dispatcher dispatcher(pending, {.workers = workers, .batch_size = plan.recipe.batch_size});
    Shares shares(seconds.size());
    const double first_work = plan.items.front().task.work();
    const auto hand_out = [&](double now) {
        for (int worker = 0; worker < workers; ++worker) {
            const auto batch = dispatcher.next(worker);
            if (batch.empty()) continue;
            for (const Item* item : batch) shares[worker].push_back(item->index);
            events.emplace(now + seconds[worker] * batch.front()->task.work() / first_work, worker, batch);
        }
    };
    for (hand_out(0); !events.empty();) {
        const auto [now, worker, made] = events.top();
        events.pop();
        dispatcher.set_time(now);
        for (const Item* item : made) dispatcher.sampled(worker, item->index);
        for (const Item* item : made) dispatcher.done(worker, item->index);
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
