#include "core/ranks/rank_share.h"

#include <map>

#include "core/batch/split.h"

namespace fanlight {

namespace {

constexpr int64_t no_more = -1;

/// Groups the items into micro-batches, in order. With `slots`, those that end alone are not grouped.
std::vector<std::vector<int64_t>> micro_batches_of(const RunPlan& run, const std::vector<int64_t>& items, bool slots) {
    std::map<BatchKey, size_t> open;
    std::vector<std::vector<int64_t>> batches;
    for (const int64_t index : items) {
        const Item& item = run.items[static_cast<size_t>(index)];
        const auto [place, is_new] = open.try_emplace(batch_key(item), batches.size());
        const int most = slots && item.task.ends_alone() ? 1 : recipe_of(item).batch_size;
        if (is_new || batches[place->second].size() == static_cast<size_t>(most)) {
            place->second = batches.size();
            batches.emplace_back();
        }
        batches[place->second].push_back(index);
    }
    return batches;
}

}  // namespace

RankShare::RankShare(const RunPlan& run, const std::vector<int64_t>& pending, OrderBoard& board, const Maker& maker,
                     int model)
    : run_(run), board_(board), maker_(maker), even_(run.split == Split::Even) {
    std::vector<int64_t> share = pending;
    if (even_) {
        const Share own = share_of(static_cast<int64_t>(pending.size()), maker.count, maker.number, false);
        share.assign(pending.begin() + own.begin, pending.begin() + own.end);
    }
    std::erase_if(share, [&](int64_t item) { return run.items[static_cast<size_t>(item)].model != model; });
    batches_ = micro_batches_of(run, share, maker.stages == 1);
    const size_t makers = even_ ? 1 : static_cast<size_t>(maker.count);
    fair_count_ = (batches_.size() + makers - 1) / makers;
}

bool RankShare::goes_into_slots() const {
    return maker_.stages == 1 && !run_.items.empty() && run_.items.front().task.ends_alone();
}

std::optional<std::vector<Item>> RankShare::order(int64_t n) {
    const auto batch = batch_of(n);
    if (!batch) return std::nullopt;
    std::vector<Item> items;
    for (const int64_t index : batches_.at(static_cast<size_t>(*batch)))
        items.push_back(run_.items[static_cast<size_t>(index)]);
    return items;
}

std::optional<int64_t> RankShare::batch_of(int64_t n) {
    while (static_cast<int64_t>(found_.size()) <= n) found_.push_back(find_batch(static_cast<int64_t>(found_.size())));
    return found_[static_cast<size_t>(n)];
}

std::optional<int64_t> RankShare::find_batch(int64_t n) {
    const auto batches = static_cast<int64_t>(batches_.size());
    if (even_) return n < batches ? std::optional(n) : std::nullopt;
    if (maker_.stage + 1 < maker_.stages) {
        const int64_t batch = board_.announced(maker_.number, n);
        return batch >= 0 && batch < batches ? std::optional(batch) : std::nullopt;
    }
    const int64_t ticket = board_.take_ticket(), batch = ticket < batches ? ticket : no_more;
    if (maker_.stages > 1) board_.announce(maker_.number, n, batch);
    return batch == no_more ? std::nullopt : std::optional(batch);
}

}  // namespace fanlight
