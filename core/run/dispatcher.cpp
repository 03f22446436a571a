#include "core/run/dispatcher.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <tuple>
#include <utility>

#include "core/base/error.h"
#include "core/batch/split.h"

namespace fanlight {

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

/// Assigns each pending micro-batch of the worker's model to the one that would finish it first, among those that have
/// the model; true if `worker` gets none.
bool Dispatcher::others_finish_sooner(int worker) {
    const double own_pace = paces_[worker].seconds_per_work;
    // Where memory counts, a faster worker may have too little.
    if (options_.split == Split::Even || own_pace == 0 || memory_counts()) return false;
    struct Other {
        double free_at, seconds_per_work;
    };
    std::vector<Other> others;
    for (int other = 0; other < options_.workers; ++other) {
        const Pace& pace = paces_[other];
        const bool counts =
            other != worker && pace.at_work && pace.seconds_per_work > 0 && models_[other] == models_[worker];
        if (counts && (samples(other) || may_take(other))) others.push_back({free_at(other), pace.seconds_per_work});
    }
    return queue_of(worker).all_micro_batches(models_[worker], [&](double work) {
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
      queues_(options.split == Split::Even ? options.workers : 1, ItemQueue(items)),
      leases_(options.workers),
      paces_(options.workers),
      turns_(options.workers),
      models_(options.workers, -1),
      excluded_(options.workers),
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
        ItemQueue& queue = queue_of(workers[rank]);
        const Share own = share_of(static_cast<int64_t>(items.size()), world, rank, false);
        for (int64_t i = own.begin; i < own.end; ++i) suspect(items[i]) ? queue.retry(items[i]) : queue.add(items[i]);
    }
}

bool Dispatcher::may_take(int worker) {
    const auto& held = leases_[worker];
    if (held.empty()) return true;
    // An item that has killed a worker is kept apart: it must not take others with it.
    if (queue_of(worker).next_is_alone(models_[worker], may_make(worker))) return false;
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
    if (queue_of(worker).next_is_alone(models_[worker], may_make(worker))) return held.empty() ? 1 : 0;
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

/// Whether it has the model, or has been told to load it.
bool Dispatcher::has_model(int worker, int model) const {
    return models_[worker] == model && !gone_[worker] && !disabled_[worker];
}

/// Beside the workers that have it already: there are two micro-batches more for each of them.
bool Dispatcher::is_worth_loading(int worker, int model) {
    const bool has_none = models_[worker] < 0;  // it loads one in any case, as far as it is known
    if (options_.split == Split::Even || has_none || memory_counts()) return true;
    int64_t others = 0;
    for (int other = 0; other < options_.workers; ++other) others += other != worker && has_model(other, model);
    return others == 0 || queue_of(worker).micro_batches(model) >= 2 * others;
}

std::optional<int> Dispatcher::choose_model(int worker) {
    if (disabled_[worker]) return std::nullopt;
    std::map<int, int64_t> models = queue_of(worker).models(may_make(worker));
    for (const int model : excluded_[worker]) models.erase(model);
    const auto rank = [&](const auto& entry) {
        const auto& [model, first] = entry;
        int others = 0;
        for (int other = 0; other < options_.workers; ++other)
            others += options_.split == Split::Pull && other != worker && has_model(other, model);
        // Only what the user has moved goes before the worker's own model.
        return std::tuple(first >= 0 || others > 0, models_[worker] != model, others > 0, first);
    };
    std::optional<std::pair<int, int64_t>> best;
    for (const std::pair<int, int64_t> entry : models)
        if ((models_[worker] == entry.first || is_worth_loading(worker, entry.first)) &&
            (!best || rank(entry) < rank(*best)))
            best = entry;
    if (!best || (best->first != models_[worker] && !idle(worker))) return std::nullopt;
    if (std::exchange(models_[worker], best->first) != best->first) paces_[worker] = {};  // another model's pace
    return best->first;
}

void Dispatcher::exclude(int worker, int model) {
    excluded_[worker].insert(model);
    if (models_[worker] == model) models_[worker] = -1;
}

std::vector<int64_t> Dispatcher::waiting_for(int worker, size_t most) {
    std::vector<int64_t> waiting = queue_of(worker).ordered();
    std::erase_if(waiting, [&](int64_t item) { return items_[static_cast<size_t>(item)].model != models_[worker]; });
    waiting.resize(std::min(most, waiting.size()));
    return waiting;
}

std::vector<int64_t> Dispatcher::set_aside_unloadable(int model) {
    for (int worker = 0; worker < options_.workers; ++worker)
        if (!gone_[worker] && !excluded_[worker].contains(model)) return {};
    std::set<int64_t> items;
    for (const ItemQueue& queue : queues_) queue.add_items_of(model, items);
    return cancel(items);
}

std::vector<int64_t> Dispatcher::next(int worker) {
    if (disabled_[worker] || (models_[worker] < 0 && !choose_model(worker))) return {};
    Pace& pace = paces_[worker];
    pace.at_work = true;
    const size_t most = room(worker);
    if (most == 0 || others_finish_sooner(worker)) return {};
    const auto [batch, work, alone] = queue_of(worker).take(most, models_[worker], may_make(worker));
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

/// The one with the least of more memory, for items of a model.
std::optional<int> Dispatcher::next_larger(int64_t memory, int model) const {
    std::optional<int> larger;
    for (int worker = 0; worker < options_.workers; ++worker)
        if (is_there(worker) && !excluded_[worker].contains(model) && memory_of(worker) > memory &&
            (!larger || memory_of(worker) < memory_of(*larger)))
            larger = worker;
    return larger;
}

/// -1: nothing was.
int64_t Dispatcher::too_little_for(const Item& item) const {
    if (item.task.padded()) {
        const auto known = too_little_.find(batch_key(item));
        return known == too_little_.end() ? -1 : known->second;
    }
    const auto known = too_little_alone_.find(item.index);
    return known == too_little_alone_.end() ? -1 : known->second;
}

ItemQueue::May Dispatcher::may_make(int worker) const {
    if (!memory_counts()) return {};
    return [this, worker](const Item& item) {
        const int64_t too_little = too_little_for(item);
        // Once those with more have gone, everyone may try.
        return memory_of(worker) > too_little || !next_larger(too_little, item.model);
    };
}

std::optional<int> Dispatcher::retry_with_more_memory(int worker, int64_t item) {
    const Item& large = items_[static_cast<size_t>(item)];
    const int64_t memory = std::max(memory_of(worker), too_little_for(large));
    const std::optional<int> larger = next_larger(memory, large.model);
    if (!larger || !release(worker, item)) return std::nullopt;
    paces_[worker].measuring = false;
    queue_of(*larger).retry(item);
    if (!large.task.padded()) {
        too_little_alone_[item] = memory;
        return larger;
    }
    too_little_[batch_key(large)] = memory;
    if (options_.split == Split::Even)
        for (int smaller = 0; smaller < options_.workers; ++smaller)
            if (memory_of(smaller) <= memory)
                queue_of(*larger).put_back(queue_of(smaller).take_out(queue_of(smaller).items_with(batch_key(large))));
    return larger;
}

std::set<int> Dispatcher::pending_models() const {
    std::set<int> models;
    for (const ItemQueue& queue : queues_)
        for (const auto& [model, first] : queue.models()) models.insert(model);
    return models;
}

void Dispatcher::change_pending(int model, const std::function<void(int64_t)>& change) {
    for (ItemQueue& queue : queues_) {
        std::set<int64_t> items;
        queue.add_items_of(model, items);
        const std::vector<int64_t> taken = queue.take_out(items);
        std::for_each(taken.begin(), taken.end(), change);
        if (!taken.empty()) queue.put_back(taken);
    }
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
    for (ItemQueue& queue : queues_) {
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
    for (const ItemQueue& queue : queues_)
        for (const int64_t item : queue.ordered()) pending.insert(item);
    if (before >= 0 && !pending.contains(before))
        throw Error("Nothing can go before item %1, which is not waiting", before);
    if (std::none_of(items.begin(), items.end(), [&](int64_t item) { return pending.contains(item); }))
        throw Error("An item can be moved only while it is waiting");
    std::vector<int64_t> first;
    for (ItemQueue& queue : queues_) {
        queue.move(items, before);
        const auto moved = queue.out_of_place();
        first.insert(first.end(), moved.begin(), moved.end());
    }
    return first;
}

ItemQueue& Dispatcher::shortest_queue() {
    ItemQueue* shortest = nullptr;
    for (size_t worker = 0; worker < queues_.size(); ++worker) {
        ItemQueue& queue = queues_[worker];
        if (queues_.size() > 1 && (gone_[worker] || disabled_[worker])) continue;
        if (!shortest || queue.micro_batches() < shortest->micro_batches()) shortest = &queue;
    }
    return shortest ? *shortest : queues_[0];
}

int Dispatcher::useful_workers() const {
    if (options_.split == Split::Even)
        return static_cast<int>(
            std::count_if(queues_.begin(), queues_.end(), [](const ItemQueue& q) { return !q.empty(); }));
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
