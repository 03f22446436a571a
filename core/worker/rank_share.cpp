#include "core/worker/rank_share.h"

#include <map>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/batch/micro_batch.h"
#include "core/batch/split.h"

namespace fanlight {

namespace {

constexpr int64_t no_more = -1;

/// Items of the list that fit into one micro-batch, in the order in which they are made.
std::vector<std::vector<int64_t>> micro_batches_of(const RunPlan& run, const std::vector<int64_t>& items) {
    std::map<MicroBatchKey, size_t> open;
    std::vector<std::vector<int64_t>> batches;
    for (const int64_t index : items) {
        const MicroBatchKey key = micro_batch_key(run.items[static_cast<size_t>(index)].parameters);
        const auto [place, is_new] = open.try_emplace(key, batches.size());
        if (is_new || batches[place->second].size() == static_cast<size_t>(run.recipe.batch_size)) {
            place->second = batches.size();
            batches.emplace_back();
        }
        batches[place->second].push_back(index);
    }
    return batches;
}

}  // namespace

RankShare::RankShare(const RunPlan& run, const std::vector<int64_t>& pending, Rendezvous& meeting, std::string keys,
                     const Maker& maker)
    : run_(run), meeting_(meeting), keys_(std::move(keys)), maker_(maker), even_(run.split == Split::Even) {
    std::vector<int64_t> share = pending;
    if (even_) {
        const Share own = share_of(static_cast<int64_t>(pending.size()), maker.count, maker.number, false);
        share.assign(pending.begin() + own.begin, pending.begin() + own.end);
    }
    batches_ = micro_batches_of(run, share);
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
    const auto batches = static_cast<int64_t>(batches_.size());
    if (even_) return n < batches ? std::optional(n) : std::nullopt;
    const std::string key = keys_ + "order/" + std::to_string(maker_.number) + "/" + std::to_string(n);
    int64_t batch = no_more;
    if (maker_.stage + 1 == maker_.stages) {
        const int64_t ticket = meeting_.add(keys_ + "ticket", 1) - 1;
        if (ticket < batches) batch = ticket;
        if (maker_.stages > 1) meeting_.set(key, to_line(Json(batch)));
    } else {
        batch = parse_json(meeting_.get(key), "a message of another process", 4).get<int64_t>();
    }
    return batch >= 0 && batch < batches ? std::optional(batch) : std::nullopt;
}

}  // namespace fanlight
