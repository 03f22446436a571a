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
    if (!any_waits()) return false;
    const Order first = next_waiting();
    under_way_.emplace(0, UnderWay{first});
    try {
        // All slots are opened with one task, so that their number is that of the recipe.
        const auto generation = pipeline_.open(tasks_of(first.work.items, slots_));
        Slots& slots = *generation->slots();
        const Task& kin = first.work.items.front().task;
        fill(slots, kin);
        std::optional<NamedTensors> input = generation->begin();
        for (size_t i = 0; input; ++i) {
            input = generation->run(i, std::move(*input));
            deliver(slots);
            drop_cancelled(slots);
            take_orders();
            const bool had_ended = !input.has_value();
            fill(slots, kin);
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

/// With those that may share a micro-batch with this task, up to the first that may not.
void SlotLoop::fill(Slots& slots, const Task& kin) {
    while (slots.has_room() && any_waits() && std::is_eq(waiting_.front().work.items.front().task.batch_order(kin))) {
        const Order order = next_waiting();
        try {
            under_way_.emplace(slots.add(order.work.items.front().task), UnderWay{order});
        } catch (const std::exception& error) {
            deliveries_.failed(order, describe(error));
            deliveries_.closed(order);
        }
    }
}

/// Whether there is a next one. It has not been cancelled.
bool SlotLoop::any_waits() {
    while (!waiting_.empty() && is_dropped(waiting_.front())) waiting_.pop_front();
    return !waiting_.empty();
}

Order SlotLoop::next_waiting() {
    Order order = std::move(waiting_.front());
    waiting_.pop_front();
    return order;
}

/// Whether it has been cancelled; the owner is told.
bool SlotLoop::is_dropped(Order& order) {
    if (!deliveries_.drop_cancelled(order)) return false;
    deliveries_.closed(order);
    return true;
}

void SlotLoop::drop_cancelled(Slots& slots) {
    for (auto order = waiting_.begin(); order != waiting_.end();)
        order = is_dropped(*order) ? waiting_.erase(order) : std::next(order);
    for (auto row = under_way_.begin(); row != under_way_.end();) {
        if (!is_dropped(row->second.order)) {
            ++row;
            continue;
        }
        slots.drop(row->first);
        row = under_way_.erase(row);
    }
}

void SlotLoop::tell(Slots& slots) {
    if (since_told_.seconds() < seconds_between_tellings) return;
    since_told_ = {};
    for (auto& [row, under_way] : under_way_) {
        const Slots::Growth growth = slots.grown(row);
        if (std::exchange(under_way.told, growth.tokens) != growth.tokens) tell(under_way.order, growth);
    }
}

void SlotLoop::tell(const Order& order, const Slots::Growth& growth) {
    deliveries_.report(protocol::Progress{order.work.items.front().index, static_cast<int>(growth.tokens),
                                          static_cast<int>(growth.most), growth.text});
}

/// The rows share the time: each has taken that since the one before it ended.
void SlotLoop::deliver(Slots& slots) {
    const auto ended = slots.take_ended();
    if (ended.empty()) return;
    const double seconds = std::exchange(since_ended_, {}).seconds() / static_cast<double>(ended.size());
    for (const auto& [row, made] : ended) {
        const auto found = under_way_.find(row);
        if (found == under_way_.end()) continue;
        Order& order = found->second.order;
        // All that was told of a text, put together, is the text.
        if (!made.growth.text.empty()) tell(order, made.growth);
        deliveries_.made(order, made.records, [seconds] { return seconds; });
        deliveries_.closed(order);
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
