#include "core/ranks/rank_slots.h"

namespace fanlight {

std::vector<Item> RankSlots::next(size_t room) {
    std::vector<Item> items;
    while (!over_ && items.size() < room && held_ < share_.fair_count()) {
        auto order = share_.order(taken_++);
        over_ = !order;
        if (over_) break;
        items.push_back(std::move(order->front()));
        ++held_;
    }
    if (!items.empty()) events_.began(items);
    return items;
}

void RankSlots::made(const Item& item, const Records& records, double seconds) {
    events_.made({item}, records, [seconds] { return seconds; });
}

}  // namespace fanlight
