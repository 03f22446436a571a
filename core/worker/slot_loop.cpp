#include "core/worker/slot_loop.h"

#include <algorithm>
#include <utility>

#include "core/worker/worker_device.h"

namespace fanlight {

namespace {

constexpr double seconds_between_tellings = 0.1;

}  // namespace

void SlotLoop::run() {
    since_ended_ = {};
    do take_more();
    while (make_some());
}

void SlotLoop::take_more() {
    const size_t held = under_way_.size() + waiting_.size(), slots = static_cast<size_t>(slots_);
    for (Item& item : duties_.next(slots - std::min(slots, held))) waiting_.push_back(std::move(item));
}

/// Those with equal batch keys that are waiting, until none is left. False if there is nothing to make.
bool SlotLoop::make_some() {
    if (!any_waits()) return false;
    const Item first = next_waiting();
    under_way_.emplace(0, UnderWay{first});
    std::unique_ptr<Generation> generation;
    // All slots are opened with one task, so that their number is that of the recipe.
    if (!attempt([&] { generation = pipeline_.open(tasks_of({first}, slots_)); })) return true;
    Slots& slots = *generation->slots();
    fill(slots, first.task);
    std::optional<NamedTensors> input;
    for (size_t i = 0; !under_way_.empty(); ++i) {
        std::map<size_t, Slots::Ended> ended;
        const bool could = attempt([&] {
            input = generation->run(i, input ? std::move(*input) : generation->begin());
            ended = slots.take_ended();
        });
        if (!could) break;
        deliver(ended);
        drop_unwanted(slots);
        take_more();
        fill(slots, first.task);
        tell(slots);
    }
    return true;
}

/// False if that has failed, and with it all that is under way.
bool SlotLoop::attempt(const std::function<void()>& work) {
    try {
        work();
        return true;
    } catch (const std::exception& error) {
        const Failure failure = describe(error);
        for (const auto& [row, under_way] : std::exchange(under_way_, {})) {
            duties_.failed(under_way.item, failure);
            duties_.closed(under_way.item);
        }
        return false;
    }
}

/// With those that may share a micro-batch with this task, up to the first that may not.
void SlotLoop::fill(Slots& slots, const Task& kin) {
    while (slots.has_room() && any_waits() && std::is_eq(waiting_.front().task.batch_order(kin))) {
        const Item item = next_waiting();
        try {
            under_way_.emplace(slots.add(item.task), UnderWay{item});
        } catch (const std::exception& error) {
            duties_.failed(item, describe(error));
            duties_.closed(item);
        }
    }
}

/// Whether there is a next one. It has not been dropped.
bool SlotLoop::any_waits() {
    while (!waiting_.empty() && is_dropped(waiting_.front())) waiting_.pop_front();
    return !waiting_.empty();
}

Item SlotLoop::next_waiting() {
    Item item = std::move(waiting_.front());
    waiting_.pop_front();
    return item;
}

bool SlotLoop::is_dropped(const Item& item) {
    if (!duties_.dropped(item)) return false;
    duties_.closed(item);
    return true;
}

void SlotLoop::drop_unwanted(Slots& slots) {
    for (auto item = waiting_.begin(); item != waiting_.end();)
        item = is_dropped(*item) ? waiting_.erase(item) : std::next(item);
    for (auto row = under_way_.begin(); row != under_way_.end();) {
        if (!is_dropped(row->second.item)) {
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
        if (std::exchange(under_way.told, growth.tokens) != growth.tokens) duties_.grown(under_way.item, growth);
    }
}

/// The rows share the time: each has taken that since the one before it ended.
void SlotLoop::deliver(const std::map<size_t, Slots::Ended>& ended) {
    if (ended.empty()) return;
    const double seconds = std::exchange(since_ended_, {}).seconds() / static_cast<double>(ended.size());
    for (const auto& [row, made] : ended) {
        const auto found = under_way_.find(row);
        if (found == under_way_.end()) continue;
        const Item& item = found->second.item;
        if (!made.growth.text.empty()) duties_.grown(item, made.growth);
        duties_.made(item, made.records, seconds);
        duties_.closed(item);
        under_way_.erase(found);
    }
}

}  // namespace fanlight
