#include "core/ranks/rank_stage.h"

namespace fanlight {

/// Gets the next order; false if there are no more.
bool RankStage::learn() {
    if (over_) return false;
    auto items = share_.order(known_);
    over_ = !items;
    if (items) open_.emplace(known_++, std::move(*items));
    return !over_;
}

const std::vector<Item>& RankStage::items_of(int64_t micro_batch) {
    while (micro_batch >= known_)
        if (!learn()) throw Error("A micro-batch came that no process has taken");
    return open_.at(micro_batch);
}

std::optional<int64_t> RankStage::next(bool) {
    if (!learn()) return std::nullopt;
    events_.began(open_.at(known_ - 1));
    return known_ - 1;
}

void RankStage::made(int64_t micro_batch, const Outputs& outputs, const ResultWriter::Seconds& seconds) {
    events_.made(open_.at(micro_batch), outputs, seconds);
}

void RankStage::failed(int64_t micro_batch, const Failure& failure) { events_.failed(open_.at(micro_batch), failure); }

}  // namespace fanlight
