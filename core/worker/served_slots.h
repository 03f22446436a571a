#pragma once

#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "core/worker/deliveries.h"
#include "core/worker/slot_loop.h"

namespace fanlight {

/// The items of a run owner's orders, one by one.
class ServedSlots : public SlotDuties {
public:
    /// A further order, if there is one now.
    using NextOrder = std::function<std::optional<protocol::Generate>()>;

    ServedSlots(Deliveries& deliveries, const protocol::Generate& first, NextOrder next_order)
        : deliveries_(deliveries), next_order_(std::move(next_order)) {
        take(first);
    }

    /// All that has been ordered, whether or not there is room.
    std::vector<Item> next(size_t room) override;
    bool dropped(const Item& item) override { return deliveries_.drop_cancelled(orders_.at(item.index)); }
    void grown(const Item& item, const Slots::Growth& growth) override;
    void made(const Item& item, const Records& records, double seconds) override;
    void failed(const Item& item, const Failure& failure) override;
    void closed(const Item& item) override;

private:
    void take(const protocol::Generate& order);

    Deliveries& deliveries_;
    const NextOrder next_order_;
    std::vector<Item> arrived_;        ///< since the loop asked
    std::map<int64_t, Order> orders_;  ///< of one item each, until it ends
};

}  // namespace fanlight
