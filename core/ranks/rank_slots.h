#pragma once

#include "core/ranks/rank_share.h"
#include "core/worker/slot_loop.h"

namespace fanlight {

/// The items of a whole model's slots under an external launcher: they come one by one from its share of the plan.
class RankSlots : public SlotDuties {
public:
    RankSlots(RankShare& share, ShareEvents events) : share_(share), events_(std::move(events)) {}

    /// Takes no more than fit, and no more than a fair part of all: whoever comes first would otherwise take what the
    /// others could have begun with.
    std::vector<Item> next(size_t room) override;
    void made(const Item& item, const Records& records, double seconds) override;
    void failed(const Item& item, const Failure& failure) override { events_.failed({item}, failure); }
    void closed(const Item&) override { --held_; }

private:
    RankShare& share_;
    const ShareEvents events_;
    int64_t taken_ = 0;  ///< micro-batches that the share was asked for, of one item each
    size_t held_ = 0;    ///< items taken that have not ended
    bool over_ = false;
};

}  // namespace fanlight
