#include "core/run/item_queue.h"

#include <algorithm>
#include <limits>

namespace fanlight {

void ItemQueue::add(int64_t item, int64_t position) {
    const Item& added = at(item);
    Group& group = groups_[batch_key(added)];
    if (group.batch_size == 0) {
        group.batch_size = static_cast<size_t>(recipe_of(added).batch_size);
        group.padded = added.task.padded();
    }
    group.work = added.task.work() + (group.padded ? 0 : group.work);
    if (group.places.empty()) models_[added.model].emplace(position, &group);
    group.places.push_back({position, item});
}

std::deque<int64_t>::const_iterator ItemQueue::first_alone(int model, const May& may) const {
    return std::find_if(alone_.begin(), alone_.end(),
                        [&](int64_t item) { return at(item).model == model && (!may || may(at(item))); });
}

ItemQueue::MicroBatch ItemQueue::take(size_t most, int model, const May& may) {
    if (const auto alone = first_alone(model, may); alone != alone_.end()) {
        const int64_t item = *alone;
        alone_.erase(alone);
        return {{item}, at(item).task.work(), true};
    }
    const auto own = models_.find(model);
    if (own == models_.end()) return {};
    Fronts& fronts = own->second;
    const auto front = std::find_if(fronts.begin(), fronts.end(),
                                    [&](const auto& each) { return !may || may(first_of(*each.second)); });
    if (front == fronts.end()) return {};
    Group& group = *front->second;
    fronts.erase(front);
    std::deque<Place>& places = group.places;
    const auto end = places.begin() + static_cast<std::ptrdiff_t>(std::min({group.batch_size, places.size(), most}));
    MicroBatch batch{{}, group.padded ? group.work : 0};
    for (auto place = places.begin(); place != end; ++place) {
        batch.items.push_back(place->item);
        if (!group.padded) batch.work += at(place->item).task.work();
    }
    places.erase(places.begin(), end);
    if (!group.padded) group.work = places.empty() ? 0 : group.work - batch.work;
    if (!places.empty()) fronts.emplace(places.front().position, &group);
    if (fronts.empty()) models_.erase(own);
    return batch;
}

std::map<int, int64_t> ItemQueue::models(const May& may) const {
    std::map<int, int64_t> models;
    for (const auto& [model, fronts] : models_)
        for (const auto& [position, group] : fronts)
            if (!may || may(first_of(*group))) {
                models[model] = position;
                break;
            }
    for (const int64_t item : alone_)
        if (!may || may(at(item))) models[at(item).model] = std::numeric_limits<int64_t>::min();
    return models;
}

std::set<int64_t> ItemQueue::items_with(const BatchKey& key) const {
    std::set<int64_t> items;
    if (const auto group = groups_.find(key); group != groups_.end())
        for (const Place& place : group->second.places) items.insert(place.item);
    for (const int64_t item : alone_)
        if (batch_key(at(item)) == key) items.insert(item);
    return items;
}

std::vector<int64_t> ItemQueue::take_all() {
    std::vector<int64_t> items = ordered();
    items.insert(items.end(), alone_.begin(), alone_.end());
    *this = ItemQueue(*items_);
    std::sort(items.begin(), items.end());
    return items;
}

std::vector<int64_t> ItemQueue::take_out(const std::set<int64_t>& items) {
    std::vector<int64_t> taken;
    const auto take = [&](int64_t item) {
        if (items.contains(item)) taken.push_back(item);
        return items.contains(item);
    };
    std::erase_if(alone_, take);
    std::vector<int64_t> left = ordered();
    if (std::erase_if(left, take) > 0) set_order(left);
    return taken;
}

void ItemQueue::put_back(const std::vector<int64_t>& items) {
    std::vector<int64_t> all = ordered();
    const auto sorted = static_cast<std::ptrdiff_t>(out_of_place().size());
    all.insert(all.end(), items.begin(), items.end());
    std::sort(all.begin() + sorted, all.end());
    set_order(all);
}

void ItemQueue::move(const std::vector<int64_t>& items, int64_t before) {
    std::vector<int64_t> all = ordered();
    std::map<int64_t, size_t> asked;
    for (const int64_t number : items)
        if (number != before) asked.emplace(number, asked.size());
    std::vector<int64_t> moved;
    std::erase_if(all, [&](int64_t item) {
        if (asked.contains(item)) moved.push_back(item);
        return asked.contains(item);
    });
    std::sort(moved.begin(), moved.end(), [&](int64_t a, int64_t b) { return asked[a] < asked[b]; });
    const auto place = before < 0 ? all.end() : std::find(all.begin(), all.end(), before);
    all.insert(before >= 0 && place == all.end() ? all.begin() : place, moved.begin(), moved.end());
    if (!moved.empty()) set_order(all);
}

std::vector<ItemQueue::Place> ItemQueue::places() const {
    std::vector<Place> places;
    for (const auto& [key, group] : groups_) places.insert(places.end(), group.places.begin(), group.places.end());
    std::sort(places.begin(), places.end(), [](const Place& a, const Place& b) { return a.position < b.position; });
    return places;
}

std::vector<int64_t> ItemQueue::ordered() const {
    std::vector<int64_t> items;
    for (const Place& place : places()) items.push_back(place.item);
    return items;
}

std::vector<int64_t> ItemQueue::out_of_place() const {
    std::vector<int64_t> items;
    for (const Place& place : places())
        if (place.position < 0) items.push_back(place.item);
    return items;
}

/// Items at the end that are in index order keep their index as their position.
void ItemQueue::set_order(const std::vector<int64_t>& items) {
    groups_.clear();
    models_.clear();
    auto sorted = static_cast<int64_t>(items.size());
    while (sorted > 0 && (sorted == static_cast<int64_t>(items.size()) || items[sorted - 1] < items[sorted])) --sorted;
    for (int64_t i = 0; i < static_cast<int64_t>(items.size()); ++i) add(items[i], i < sorted ? i - sorted : items[i]);
}

void ItemQueue::add_items_of(int model, std::set<int64_t>& items) const {
    const auto add = [&](int64_t item) {
        if (at(item).model == model) items.insert(item);
    };
    std::for_each(alone_.begin(), alone_.end(), add);
    for (const int64_t item : ordered()) add(item);
}

int64_t ItemQueue::micro_batches() const {
    int64_t count = 0;
    for (const auto& [model, first] : models()) count += micro_batches(model);
    return count;
}

int64_t ItemQueue::micro_batches(int model) const {
    int64_t count = std::count_if(alone_.begin(), alone_.end(), [&](int64_t item) { return at(item).model == model; });
    if (const auto own = models_.find(model); own != models_.end())
        for (const auto& [front, group] : own->second) count += static_cast<int64_t>(group->micro_batches());
    return count;
}

std::vector<TimeEstimate::Waiting> ItemQueue::waiting(bool one_by_one) const {
    std::vector<TimeEstimate::Waiting> all;
    const auto add = [&](int64_t item, size_t items, size_t micro_batches, double work) {
        const double items_each = one_by_one ? recipe_of(at(item)).batch_size : 1;
        all.push_back(
            {batch_key(at(item)), static_cast<int64_t>(one_by_one ? items : micro_batches), work / items_each});
    };
    for (const int64_t item : alone_) add(item, 1, 1, at(item).task.work());
    for (const auto& [model, fronts] : models_)
        for (const auto& [front, group] : fronts) {
            const size_t items = group->places.size(), micro_batches = group->micro_batches();
            const auto parts = static_cast<double>(group->padded ? 1 : one_by_one ? items : micro_batches);
            add(group->places.front().item, items, micro_batches, group->work / parts);
        }
    return all;
}

bool ItemQueue::all_micro_batches(int model, const std::function<bool(double work)>& visit) const {
    for (const int64_t item : alone_)
        if (at(item).model == model && !visit(at(item).task.work())) return false;
    const auto own = models_.find(model);
    if (own == models_.end()) return true;
    for (const auto& [front, group] : own->second) {
        for (size_t first = 0; first < group->places.size(); first += group->batch_size) {
            double work = group->work;
            if (!group->padded) {
                work = 0;
                const size_t last = std::min(first + group->batch_size, group->places.size());
                for (size_t i = first; i < last; ++i) work += at(group->places[i].item).task.work();
            }
            if (!visit(work)) return false;
        }
    }
    return true;
}

}  // namespace fanlight
