#include "core/worker/slot_loop.h"

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
    const std::optional<Item> first = next_wanted();
    if (!first) return false;
    under_way_.emplace(0, UnderWay{*first});
    std::unique_ptr<Generation> generation;
    // All slots are opened with one task, so that their number is that of the recipe.
    if (!attempt([&] { generation = pipeline_.open(tasks_of({*first}, slots_)); })) return true;
    Slots& slots = *generation->slots();
    fill(slots);
    std::optional<NamedTensors> input;
    for (size_t i = 0; !under_way_.empty(); ++i) {
        std::map<size_t, Records> ended;
        const bool could = attempt([&] {
            input = generation->run(i, input ? std::move(*input) : generation->begin());
            ended = slots.take_ended();
        });
        if (!could) break;
        deliver(ended);
        end_dropped(slots);
        take_more();
        fill(slots);
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

void SlotLoop::fill(Slots& slots) {
    while (slots.has_room() && !waiting_.empty() && goes_together(waiting_.front())) {
        const std::optional<Item> item = next_wanted();
        if (!item) return;
        try {
            under_way_.emplace(slots.add(item->task), UnderWay{*item});
        } catch (const Error& error) {
            duties_.failed(*item, describe(error));
            duties_.closed(*item);
        }
    }
}

bool SlotLoop::goes_together(const Item& item) const {
    return under_way_.empty() || std::is_eq(under_way_.begin()->second.item.task.batch_order(item.task));
}

/// The next one that has not been dropped.
std::optional<Item> SlotLoop::next_wanted() {
    while (!waiting_.empty()) {
        Item item = std::move(waiting_.front());
        waiting_.pop_front();
        if (!duties_.dropped(item)) return item;
        duties_.closed(item);
    }
    return std::nullopt;
}

void SlotLoop::end_dropped(Slots& slots) {
    for (auto row = under_way_.begin(); row != under_way_.end();) {
        if (!duties_.dropped(row->second.item)) {
            ++row;
            continue;
        }
        duties_.closed(row->second.item);
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
void SlotLoop::deliver(const std::map<size_t, Records>& ended) {
    if (ended.empty()) return;
    const double seconds = std::exchange(since_ended_, {}).seconds() / static_cast<double>(ended.size());
    for (const auto& [row, records] : ended) {
        const auto found = under_way_.find(row);
        if (found == under_way_.end()) continue;
        duties_.made(found->second.item, records, seconds);
        duties_.closed(found->second.item);
        under_way_.erase(found);
    }
}

}  // namespace fanlight
