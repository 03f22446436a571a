#include "core/worker/slot_loop.h"

#include <algorithm>

namespace fanlight {

namespace {

constexpr double seconds_between_tellings = 0.1;

}  // namespace

SlotLoop::SlotLoop(Pipeline& pipeline, Deliveries& deliveries, int slots, NextOrder next_order)
    : pipeline_(pipeline), deliveries_(deliveries), slots_(slots), next_order_(std::move(next_order)) {}

void SlotLoop::run(const protocol::Generate& order) {
    take(order);
    since_ended_ = {};
    while (make_some()) take_orders();
}

void SlotLoop::take(const protocol::Generate& order) {
    for (const Item& item : order.items) waiting_.push_back({{{item}, order.output}, {}});
}

void SlotLoop::take_orders() {
    while (const auto order = next_order_()) take(*order);
}

/// Those with equal batch keys that are waiting, until none is left. False if there is nothing to make.
bool SlotLoop::make_some() {
    std::optional<Order> first = next_wanted();
    if (!first) return false;
    under_way_.emplace(0, UnderWay{*first});
    try {
        // All slots are opened with one task, so that their number is that of the recipe.
        const auto generation = pipeline_.open(tasks_of(first->work.items, slots_));
        Slots& slots = *generation->slots();
        fill(slots);
        std::optional<NamedTensors> input = generation->begin();
        for (size_t i = 0; input; ++i) {
            input = generation->run(i, std::move(*input));
            deliver(slots);
            drop_cancelled(slots);
            take_orders();
            const bool had_ended = !input.has_value();
            fill(slots);
            if (under_way_.empty()) break;
            if (had_ended) input = generation->begin();
            tell(slots);
        }
    } catch (const DeviceLost&) {
        throw;
    } catch (const std::exception& error) {
        fail_all(error);
    }
    return true;
}

void SlotLoop::fill(Slots& slots) {
    while (slots.has_room() && !waiting_.empty() && goes_together(waiting_.front())) {
        std::optional<Order> order = next_wanted();
        if (!order) return;
        try {
            under_way_.emplace(slots.add(order->work.items.front().task), UnderWay{*order});
        } catch (const Error& error) {
            deliveries_.failed(*order, describe(error));
            deliveries_.closed(*order);
        }
    }
}

bool SlotLoop::goes_together(const Order& order) const {
    if (under_way_.empty()) return true;
    const Item &one = under_way_.begin()->second.order.work.items.front(), &other = order.work.items.front();
    return std::is_eq(one.task.batch_order(other.task));
}

/// The next one that has not been cancelled.
std::optional<Order> SlotLoop::next_wanted() {
    while (!waiting_.empty()) {
        Order order = std::move(waiting_.front());
        waiting_.pop_front();
        if (!deliveries_.drop_cancelled(order)) return order;
        deliveries_.closed(order);
    }
    return std::nullopt;
}

void SlotLoop::drop_cancelled(Slots& slots) {
    for (auto row = under_way_.begin(); row != under_way_.end();) {
        Order& order = row->second.order;
        if (!deliveries_.drop_cancelled(order)) {
            ++row;
            continue;
        }
        deliveries_.closed(order);
        slots.drop(row->first);
        row = under_way_.erase(row);
    }
}

void SlotLoop::tell(Slots& slots) {
    if (since_told_.seconds() < seconds_between_tellings) return;
    since_told_ = {};
    for (auto& [row, under_way] : under_way_) {
        const auto [tokens, most, text] = slots.grown(row);
        if (std::exchange(under_way.told, static_cast<int>(tokens)) == static_cast<int>(tokens)) continue;
        const int64_t item = under_way.order.work.items.front().index;
        deliveries_.report(protocol::Progress{item, static_cast<int>(tokens), static_cast<int>(most), text});
    }
}

/// The rows share the time: each has taken that since the one before it ended.
void SlotLoop::deliver(Slots& slots) {
    const auto ended = slots.take_ended();
    if (ended.empty()) return;
    const double seconds = std::exchange(since_ended_, {}).seconds() / static_cast<double>(ended.size());
    for (const auto& [row, records] : ended) {
        const auto found = under_way_.find(row);
        if (found == under_way_.end()) continue;
        deliveries_.made(found->second.order, records, [seconds] { return seconds; });
        deliveries_.closed(found->second.order);
        under_way_.erase(found);
    }
}

void SlotLoop::fail_all(const std::exception& error) {
    for (const auto& [row, under_way] : std::exchange(under_way_, {})) {
        deliveries_.failed(under_way.order, describe(error));
        deliveries_.closed(under_way.order);
    }
}

}  // namespace fanlight
