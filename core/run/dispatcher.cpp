#include "core/run/dispatcher.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "core/base/error.h"
#include "core/batch/split.h"

namespace fanlight {

// Queue

void Dispatcher::Queue::add(int64_t item, int64_t position) {
    const Item& added = at(item);
    Group& group = groups_[batch_key(added)];
    if (group.batch_size == 0) {
        group.batch_size = static_cast<size_t>(recipe_of(added).batch_size);
        group.padded = added.task.padded();
    }
    group.work = added.task.work() + (group.padded ? 0 : group.work);
    if (group.places.empty()) fronts_.emplace(position, &group);
    group.places.push_back({position, item});
}

Dispatcher::Queue::MicroBatch Dispatcher::Queue::take(size_t most) {
    if (!alone_.empty()) {
        const int64_t item = alone_.front();
        alone_.pop_front();
        return {{item}, at(item).task.work(), true};
    }
    if (fronts_.empty()) return {};
    Group& group = *fronts_.begin()->second;
    fronts_.erase(fronts_.begin());
    std::deque<Place>& places = group.places;
    const auto end = places.begin() + static_cast<std::ptrdiff_t>(std::min({group.batch_size, places.size(), most}));
    MicroBatch batch{{}, group.padded ? group.work : 0};
    for (auto place = places.begin(); place != end; ++place) {
        batch.items.push_back(place->item);
        if (!group.padded) batch.work += at(place->item).task.work();
    }
    places.erase(places.begin(), end);
    if (!group.padded) group.work = places.empty() ? 0 : group.work - batch.work;
    if (!places.empty()) fronts_.emplace(places.front().position, &group);
    return batch;
}

std::vector<int64_t> Dispatcher::Queue::take_all() {
    std::vector<int64_t> items = ordered();
    items.insert(items.end(), alone_.begin(), alone_.end());
    *this = Queue(*items_);
    std::sort(items.begin(), items.end());
    return items;
}

std::vector<int64_t> Dispatcher::Queue::take_out(const std::set<int64_t>& items) {
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

void Dispatcher::Queue::put_back(const std::vector<int64_t>& items) {
    std::vector<int64_t> all = ordered();
    const auto sorted = static_cast<std::ptrdiff_t>(out_of_place().size());
    all.insert(all.end(), items.begin(), items.end());
    std::sort(all.begin() + sorted, all.end());
    set_order(all);
}

void Dispatcher::Queue::move(const std::vector<int64_t>& items, int64_t before) {
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

std::vector<Dispatcher::Queue::Place> Dispatcher::Queue::places() const {
    std::vector<Place> places;
    for (const auto& [key, group] : groups_) places.insert(places.end(), group.places.begin(), group.places.end());
    std::sort(places.begin(), places.end(), [](const Place& a, const Place& b) { return a.position < b.position; });
    return places;
}

std::vector<int64_t> Dispatcher::Queue::ordered() const {
    std::vector<int64_t> items;
    for (const Place& place : places()) items.push_back(place.item);
    return items;
}

std::vector<int64_t> Dispatcher::Queue::out_of_place() const {
    std::vector<int64_t> items;
    for (const Place& place : places())
        if (place.position < 0) items.push_back(place.item);
    return items;
}

/// Items at the end that are in index order keep their index as their position.
void Dispatcher::Queue::set_order(const std::vector<int64_t>& items) {
    groups_.clear();
    fronts_.clear();
    auto sorted = static_cast<int64_t>(items.size());
    while (sorted > 0 && (sorted == static_cast<int64_t>(items.size()) || items[sorted - 1] < items[sorted])) --sorted;
    for (int64_t i = 0; i < static_cast<int64_t>(items.size()); ++i) add(items[i], i < sorted ? i - sorted : items[i]);
}

int64_t Dispatcher::Queue::micro_batches() const {
    auto count = static_cast<int64_t>(alone_.size());
    for (const auto& [front, group] : fronts_) count += static_cast<int64_t>(group->micro_batches());
    return count;
}

std::vector<TimeEstimate::Waiting> Dispatcher::Queue::waiting(bool one_by_one) const {
    std::vector<TimeEstimate::Waiting> all;
    const auto add = [&](int64_t item, size_t items, size_t micro_batches, double work) {
        const double items_each = one_by_one ? recipe_of(at(item)).batch_size : 1;
        all.push_back(
            {batch_key(at(item)), static_cast<int64_t>(one_by_one ? items : micro_batches), work / items_each});
    };
    for (const int64_t item : alone_) add(item, 1, 1, at(item).task.work());
    for (const auto& [front, group] : fronts_) {
        const size_t items = group->places.size(), micro_batches = group->micro_batches();
        const auto parts = static_cast<double>(group->padded ? 1 : one_by_one ? items : micro_batches);
        add(group->places.front().item, items, micro_batches, group->work / parts);
    }
    return all;
}

bool Dispatcher::Queue::all_micro_batches(const std::function<bool(double work)>& visit) const {
    for (const int64_t item : alone_)
        if (!visit(at(item).task.work())) return false;
    for (const auto& [front, group] : fronts_) {
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

// Pace

bool Dispatcher::samples(int worker) const {
    const auto& held = leases_[worker];
    return std::any_of(held.begin(), held.end(), [](const Lease& lease) { return !lease.sampled; });
}

/// Number of micro-batches that it has yet to sample.
int Dispatcher::to_sample(int worker) const {
    std::set<int64_t> micro_batches;
    for (const Lease& lease : leases_[worker])
        if (!lease.sampled) micro_batches.insert(lease.micro_batch);
    return static_cast<int>(micro_batches.size());
}

/// An overdue micro-batch is expected to take as long again as it is late.
double Dispatcher::free_at(int worker) const {
    if (!samples(worker)) return now_;
    const Pace& pace = paces_[worker];
    return now_ + std::abs(pace.since + pace.seconds_per_work * pace.work - now_);
}

/// Assigns each pending micro-batch to the worker that would finish it first; true if `worker` gets none.
bool Dispatcher::others_finish_sooner(int worker) {
    const double own_pace = paces_[worker].seconds_per_work;
    if (options_.split == Split::Even || own_pace == 0) return false;
    struct Other {
        double free_at, seconds_per_work;
    };
    std::vector<Other> others;
    for (int other = 0; other < options_.workers; ++other) {
        const Pace& pace = paces_[other];
        const bool counts = other != worker && pace.at_work && pace.seconds_per_work > 0;
        if (counts && (samples(other) || may_take(other))) others.push_back({free_at(other), pace.seconds_per_work});
    }
    return queue_of(worker).all_micro_batches([&](double work) {
        const auto end = [&](const Other& other) { return other.free_at + other.seconds_per_work * work; };
        const auto soonest = std::min_element(others.begin(), others.end(),
                                              [&](const Other& a, const Other& b) { return end(a) < end(b); });
        if (soonest == others.end() || end(*soonest) >= now_ + own_pace * work) return false;
        soonest->free_at = end(*soonest);
        return true;
    });
}

/// Called once a micro-batch is sampled; returns how many seconds it took, 0 if that is not known. The first one is
/// slower than the rest, so its weight decays quickly.
double Dispatcher::measure(int worker) {
    constexpr double weight_of_the_last = 0.3;
    Pace& pace = paces_[worker];
    if (!pace.measuring) return 0;
    pace.measuring = samples(worker);
    const double seconds = now_ - std::exchange(pace.since, now_), measured = seconds / pace.work;
    if (!(measured > 0)) return 0;
    const double before = pace.seconds_per_work == 0 ? measured : pace.seconds_per_work;
    pace.seconds_per_work = before + weight_of_the_last * (measured - before);
    return seconds;
}

/// `item`: one of those in it.
void Dispatcher::measure_micro_batch(int worker, int64_t item) {
    const Item& made = items_[static_cast<size_t>(item)];
    const double work = made.task.padded() ? made.task.work() : paces_[worker].work;
    estimate_.measured(worker, batch_key(made), work, measure(worker));
}

void Dispatcher::end_in_slot(int worker, int64_t item) {
    Pace& pace = paces_[worker];
    Turn& turn = turns_[worker];
    if (!pace.measuring) turn = {.since = now_};
    turn.items += pace.measuring;
    turn.work += pace.measuring ? work_of(item) : 0;
    if (turn.items >= slots_[worker]) {
        estimate_.measured(worker, batch_key(items_[static_cast<size_t>(item)]), turn.work, now_ - turn.since);
        turn = {.since = now_};
    }
    const double left = pace.work - work_of(item);
    pace.work = work_of(item);
    measure(worker);
    pace.work = left;
}

/// Until it has sampled what it holds. What is overdue is expected to take as long again as it is late.
double Dispatcher::busy_seconds(int worker) const {
    struct Begun {
        int64_t item;
        double work;
    };
    std::map<int64_t, Begun> begun;
    for (const Lease& lease : leases_[worker]) {
        if (lease.sampled) continue;
        const Task& task = items_[static_cast<size_t>(lease.item)].task;
        if (slots_[worker] > 0) {
            begun[lease.item] = {lease.item, work_of(lease.item)};
            continue;
        }
        Begun& micro_batch = begun.try_emplace(lease.micro_batch, Begun{lease.item, 0}).first->second;
        micro_batch.work = task.work() + (task.padded() ? 0 : micro_batch.work);
    }
    double seconds = 0;
    for (const auto& [number, one] : begun)
        seconds += estimate_.seconds_of(worker, batch_key(items_[static_cast<size_t>(one.item)]), one.work);
    return begun.empty() ? 0 : std::abs(seconds - (now_ - paces_[worker].since));
}

// Dispatcher

Dispatcher::Dispatcher(const std::vector<Item>& items, const std::vector<int64_t>& pending, const Options& options)
    : items_(items),
      options_(options),
      queues_(options.split == Split::Even ? options.workers : 1, Queue(items)),
      leases_(options.workers),
      paces_(options.workers),
      turns_(options.workers),
      slots_(options.workers, 0),
      gone_(options.workers, false),
      disabled_(options.workers, false),
      remaining_(static_cast<int64_t>(pending.size())) {
    std::vector<int> receivers(queues_.size());
    std::iota(receivers.begin(), receivers.end(), 0);
    deal(pending, receivers);
}

void Dispatcher::deal(const std::vector<int64_t>& items, const std::vector<int>& workers) {
    if (items.empty() || workers.empty()) return;
    const auto world = static_cast<int>(workers.size());
    for (int rank = 0; rank < world; ++rank) {
        Queue& queue = queue_of(workers[rank]);
        const Share own = share_of(static_cast<int64_t>(items.size()), world, rank, false);
        for (int64_t i = own.begin; i < own.end; ++i) suspect(items[i]) ? queue.retry(items[i]) : queue.add(items[i]);
    }
}

bool Dispatcher::may_take(int worker) {
    const auto& held = leases_[worker];
    if (held.empty()) return true;
    // An item that has killed a worker is kept apart: it must not take others with it.
    if (queue_of(worker).next_is_alone()) return false;
    if (std::any_of(held.begin(), held.end(), [&](const Lease& l) { return suspect(l.item); })) return false;
    // As many as can be sampled, in a pipeline one more that it begins as soon as another ends, and one more that is
    // being written; more would pile up if the disk is slow.
    std::set<int64_t> micro_batches;
    for (const Lease& lease : held) micro_batches.insert(lease.micro_batch);
    const int to_begin = options_.in_flight + (options_.in_flight > 1 ? 1 : 0);
    return to_sample(worker) < to_begin && static_cast<int>(micro_batches.size()) <= to_begin;
}

/// Of an item in a slot, as a part of a full micro-batch's work.
double Dispatcher::work_of(int64_t item) const {
    const Item& of = items_[static_cast<size_t>(item)];
    return of.task.work() / recipe_of(of).batch_size;
}

/// How many items the worker may be given now.
size_t Dispatcher::room(int worker) {
    if (slots_[worker] > 0) return room_in_slots(worker);
    return may_take(worker) ? std::numeric_limits<size_t>::max() : 0;
}

/// A few more than there are slots, so that one that becomes free is filled at once; but not more than its share of
/// what is left, so that all workers end together.
size_t Dispatcher::room_in_slots(int worker) {
    const auto& held = leases_[worker];
    if (queue_of(worker).next_is_alone()) return held.empty() ? 1 : 0;
    if (std::any_of(held.begin(), held.end(), [&](const Lease& l) { return l.alone && slots_[worker] > 1; })) return 0;
    const auto slots = static_cast<size_t>(slots_[worker]), ahead = std::max<size_t>(1, slots / 4);
    if (held.size() > slots) return 0;  // several at a time: what is leased is written into the journal
    size_t workers = 0;
    for (int other = 0; other < options_.workers; ++other) workers += !gone_[other] && !disabled_[other];
    const auto left = static_cast<size_t>(remaining_);
    const size_t share = options_.split == Split::Even ? left : (left + workers - 1) / std::max<size_t>(1, workers);
    const size_t most = std::min(slots + ahead, share);
    return most > held.size() ? most - held.size() : 0;
}

std::vector<int64_t> Dispatcher::next(int worker) {
    if (disabled_[worker]) return {};
    Pace& pace = paces_[worker];
    pace.at_work = true;
    const size_t most = room(worker);
    if (most == 0 || others_finish_sooner(worker)) return {};
    const auto [batch, work, alone] = queue_of(worker).take(most);
    if (batch.empty()) return batch;
    if (!samples(worker)) {
        pace.since = now_;
        turns_[worker] = {.since = now_};
    }
    ++handed_out_;
    const bool only_one = slots_[worker] > 1 ? alone : batch.size() == 1;
    for (const int64_t item : batch) leases_[worker].push_back({item, handed_out_, only_one, false});
    pace.work = work;
    if (slots_[worker] > 0) {
        pace.work = 0;
        for (const Lease& lease : leases_[worker]) pace.work += work_of(lease.item);
    }
    pace.measuring = true;
    return batch;
}

void Dispatcher::sampled(int worker, int64_t item) {
    if (slots_[worker] > 0) return;  // what ends one by one is done at once
    const int before = to_sample(worker);
    for (Lease& lease : leases_[worker]) lease.sampled |= lease.item == item;
    if (to_sample(worker) < before) measure_micro_batch(worker, item);
}

bool Dispatcher::holds(int worker, int64_t item) const {
    const auto& held = leases_[worker];
    return std::any_of(held.begin(), held.end(), [&](const Lease& lease) { return lease.item == item; });
}

bool Dispatcher::release(int worker, int64_t item) {
    return std::erase_if(leases_[worker], [&](const Lease& lease) { return lease.item == item; }) > 0;
}

bool Dispatcher::done(int worker, int64_t item) {
    const int before = to_sample(worker);
    const bool released = release(worker, item);
    remaining_ -= released;
    if (slots_[worker] > 0 && released)
        end_in_slot(worker, item);
    else if (to_sample(worker) < before)
        measure_micro_batch(worker, item);
    return released;
}

bool Dispatcher::failed(int worker, int64_t item) {
    paces_[worker].measuring = false;  // the duration of a failure says nothing about the next item
    return done(worker, item);
}

bool Dispatcher::retry_alone(int worker, int64_t item) {
    for (const Lease& lease : leases_[worker]) {
        if (lease.item != item) continue;
        if (lease.alone) return false;
        paces_[worker].measuring = false;
        queue_of(worker).retry(lease.item);
        return release(worker, item);
    }
    return false;
}

bool Dispatcher::give_back(int worker, int64_t item) {
    if (!holds(worker, item)) return false;
    paces_[worker].measuring = false;
    queue_of(worker).put_back({item});
    return release(worker, item);
}

std::vector<int64_t> Dispatcher::worker_died(int worker) {
    std::vector<int64_t> set_aside;
    paces_[worker].at_work = paces_[worker].measuring = false;
    for (const Lease& lease : std::exchange(leases_[worker], {})) {
        if (++deaths_[lease.item] < options_.max_deaths)
            queue_of(worker).retry(lease.item);
        else
            set_aside.push_back(lease.item);
    }
    remaining_ -= static_cast<int64_t>(set_aside.size());
    return set_aside;
}

void Dispatcher::worker_gone(int worker) {
    gone_[worker] = true;
    hand_over(worker);
}

void Dispatcher::enable(int worker, bool enabled) {
    disabled_[worker] = !enabled;
    if (!enabled) hand_over(worker);
}

/// The worker takes nothing more: under Split::Even its share goes to active workers, or else to those that may be
/// enabled again.
void Dispatcher::hand_over(int worker) {
    paces_[worker].at_work = false;
    if (options_.split != Split::Even) return;
    std::vector<int> enabled, standing;
    for (int other = 0; other < options_.workers; ++other) {
        if (!gone_[other]) standing.push_back(other);
        if (!gone_[other] && !disabled_[other]) enabled.push_back(other);
    }
    const std::vector<int>& others = enabled.empty() ? standing : enabled;
    if (!others.empty()) deal(queues_[worker].take_all(), others);
}

// Commands of the user

std::vector<int64_t> Dispatcher::cancel(const std::set<int64_t>& items) {
    std::vector<int64_t> cancelled;
    for (Queue& queue : queues_) {
        const auto taken = queue.take_out(items);
        cancelled.insert(cancelled.end(), taken.begin(), taken.end());
    }
    remaining_ -= static_cast<int64_t>(cancelled.size());
    return cancelled;
}

void Dispatcher::put_back(const std::vector<int64_t>& items) {
    for (const int64_t item : items) deaths_.erase(item);
    shortest_queue().put_back(items);
    remaining_ += static_cast<int64_t>(items.size());
}

std::vector<int64_t> Dispatcher::move(const std::vector<int64_t>& items, int64_t before) {
    std::set<int64_t> pending;
    for (const Queue& queue : queues_)
        for (const int64_t item : queue.ordered()) pending.insert(item);
    if (before >= 0 && !pending.contains(before))
        throw Error("Nothing can go before item %1, which is not waiting", before);
    if (std::none_of(items.begin(), items.end(), [&](int64_t item) { return pending.contains(item); }))
        throw Error("An item can be moved only while it is waiting");
    std::vector<int64_t> first;
    for (Queue& queue : queues_) {
        queue.move(items, before);
        const auto moved = queue.out_of_place();
        first.insert(first.end(), moved.begin(), moved.end());
    }
    return first;
}

Dispatcher::Queue& Dispatcher::shortest_queue() {
    Queue* shortest = nullptr;
    for (size_t worker = 0; worker < queues_.size(); ++worker) {
        Queue& queue = queues_[worker];
        if (queues_.size() > 1 && (gone_[worker] || disabled_[worker])) continue;
        if (!shortest || queue.micro_batches() < shortest->micro_batches()) shortest = &queue;
    }
    return shortest ? *shortest : queues_[0];
}

int Dispatcher::useful_workers() const {
    if (options_.split == Split::Even)
        return static_cast<int>(
            std::count_if(queues_.begin(), queues_.end(), [](const Queue& q) { return !q.empty(); }));
    return static_cast<int>(std::min<int64_t>(options_.workers, queues_[0].micro_batches()));
}

std::optional<double> Dispatcher::seconds_left() const {
    if (!estimate_.is_known()) return std::nullopt;
    const bool one_by_one = std::any_of(slots_.begin(), slots_.end(), [](int slots) { return slots > 0; });
    double held = 0, longest = 0;
    std::vector<TimeEstimate::Worker> workers;
    for (int worker = 0; worker < options_.workers; ++worker) {
        const double busy = busy_seconds(worker);
        held = std::max(held, busy);
        if (gone_[worker] || disabled_[worker]) continue;
        workers.push_back({worker, busy});
        if (options_.split == Split::Even)
            longest = std::max(longest, estimate_.makespan({workers.back()}, queues_[worker].waiting(one_by_one)));
    }
    if (workers.empty()) return held > 0 ? std::optional(held) : std::nullopt;
    if (options_.split != Split::Even) longest = estimate_.makespan(workers, queues_[0].waiting(one_by_one));
    return std::max(held, longest);
}

}  // namespace fanlight
