#include "core/worker/served_slots.h"

#include <utility>

namespace fanlight {

void ServedSlots::take(const protocol::Generate& order) {
    for (const Item& item : order.items)
        if (orders_.emplace(item.index, Order{{{item}, order.output}, {}}).second) arrived_.push_back(item);
}

std::vector<Item> ServedSlots::next(size_t) {
    while (const auto order = next_order_()) take(*order);
    return std::exchange(arrived_, {});
}

void ServedSlots::grown(const Item& item, const Slots::Growth& growth) {
    deliveries_.report(
        protocol::Progress{item.index, static_cast<int>(growth.tokens), static_cast<int>(growth.most), growth.text});
}

void ServedSlots::made(const Item& item, const Records& records, double seconds) {
    deliveries_.made(orders_.at(item.index), records, [seconds] { return seconds; });
}

void ServedSlots::failed(const Item& item, const Failure& failure) {
    deliveries_.failed(orders_.at(item.index), failure);
}

void ServedSlots::closed(const Item& item) {
    const auto order = orders_.find(item.index);
    deliveries_.closed(order->second);
    orders_.erase(order);
}

}  // namespace fanlight
