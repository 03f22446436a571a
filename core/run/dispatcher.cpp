#include "core/run/dispatcher.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "core/batch/split.h"

namespace fanlight {

// Queue

void Dispatcher::Queue::add(const Item* item) {
    auto& group = groups_[key_of(item->parameters)];
    if (group.empty()) fronts_.emplace(item->index, &group);
    group.push_back(item);
}

std::vector<const Item*> Dispatcher::Queue::take(int batch_size) {
    if (!alone_.empty()) {
        const Item* item = alone_.front();
        alone_.pop_front();
        return {item};
    }
    if (fronts_.empty()) return {};
    auto& group = *fronts_.begin()->second;
    fronts_.erase(fronts_.begin());
    const auto end = group.begin() + static_cast<std::ptrdiff_t>(std::min<size_t>(batch_size, group.size()));
    const std::vector<const Item*> batch(group.begin(), end);
    group.erase(group.begin(), end);
    if (!group.empty()) fronts_.emplace(group.front()->index, &group);
    return batch;
}

std::vector<const Item*> Dispatcher::Queue::take_all() {
    std::vector<const Item*> items(alone_.begin(), alone_.end());
    for (const auto& [key, group] : groups_) items.insert(items.end(), group.begin(), group.end());
    *this = {};
    std::sort(items.begin(), items.end(), [](const Item* a, const Item* b) { return a->index < b->index; });
    return items;
}

int64_t Dispatcher::Queue::micro_batches(int batch_size) const {
    int64_t count = static_cast<int64_t>(alone_.size());
    for (const auto& [key, group] : groups_)
        count += (static_cast<int64_t>(group.size()) + batch_size - 1) / batch_size;
    return count;
}

Dispatcher::Key Dispatcher::key_of(const ImageParameters& p) {
    return {p.width, p.height, p.steps, p.sampler, p.schedule, p.clip_skip, p.cfg_scale > 1};
}

// Dispatcher

Dispatcher::Dispatcher(const std::vector<const Item*>& pending, const Options& options)
    : options_(options),
      queues_(options.split == Split::Even ? options.workers : 1),
      leases_(options.workers),
      gone_(options.workers, false),
      remaining_(static_cast<int64_t>(pending.size())) {
    std::vector<int> receivers(queues_.size());
    std::iota(receivers.begin(), receivers.end(), 0);
    deal(pending, receivers);
}

void Dispatcher::deal(const std::vector<const Item*>& items, const std::vector<int>& workers) {
    if (items.empty() || workers.empty()) return;
    const auto world = static_cast<int>(workers.size());
    for (int rank = 0; rank < world; ++rank) {
        Queue& queue = queue_of(workers[rank]);
        const Share own = share_of(static_cast<int64_t>(items.size()), world, rank, false);
        for (int64_t i = own.begin; i < own.end; ++i) suspect(*items[i]) ? queue.retry(items[i]) : queue.add(items[i]);
    }
}

bool Dispatcher::may_take(int worker) {
    const auto& held = leases_[worker];
    if (held.empty()) return true;
    // One micro-batch is sampled while another one is written; more would pile up before a slow disk. What killed a
    // worker once is kept apart: it must not take a neighbour with it.
    if (static_cast<int>(held.size()) > options_.batch_size || queue_of(worker).next_is_alone()) return false;
    return std::all_of(held.begin(), held.end(), [&](const Lease& l) { return l.sampled && !suspect(*l.item); });
}

std::vector<const Item*> Dispatcher::next(int worker) {
    if (!may_take(worker)) return {};
    const auto batch = queue_of(worker).take(options_.batch_size);
    for (const Item* item : batch) leases_[worker].push_back({item, batch.size() == 1, false});
    return batch;
}

void Dispatcher::sampled(int worker, int64_t item) {
    for (Lease& lease : leases_[worker]) lease.sampled |= lease.item->index == item;
}

const Item* Dispatcher::held(int worker, int64_t item) const {
    const auto& held = leases_[worker];
    const auto found = std::find_if(held.begin(), held.end(), [&](const Lease& l) { return l.item->index == item; });
    return found == held.end() ? nullptr : found->item;
}

bool Dispatcher::release(int worker, int64_t item) {
    return std::erase_if(leases_[worker], [&](const Lease& lease) { return lease.item->index == item; }) > 0;
}

bool Dispatcher::done(int worker, int64_t item) {
    const bool released = release(worker, item);
    remaining_ -= released;
    return released;
}

bool Dispatcher::failed(int worker, int64_t item) { return done(worker, item); }

bool Dispatcher::retry_alone(int worker, int64_t item) {
    for (const Lease& lease : leases_[worker]) {
        if (lease.item->index != item) continue;
        if (lease.alone) return false;
        queue_of(worker).retry(lease.item);
        return release(worker, item);
    }
    return false;
}

std::vector<const Item*> Dispatcher::worker_died(int worker) {
    std::vector<const Item*> set_aside;
    for (const Lease& lease : std::exchange(leases_[worker], {})) {
        if (++deaths_[lease.item->index] < options_.max_deaths)
            queue_of(worker).retry(lease.item);
        else
            set_aside.push_back(lease.item);
    }
    remaining_ -= static_cast<int64_t>(set_aside.size());
    return set_aside;
}

void Dispatcher::worker_gone(int worker) {
    gone_[worker] = true;
    if (options_.split != Split::Even) return;
    std::vector<int> others;
    for (int other = 0; other < options_.workers; ++other)
        if (!gone_[other]) others.push_back(other);
    if (!others.empty()) deal(queues_[worker].take_all(), others);
}

int Dispatcher::useful_workers() const {
    if (options_.split == Split::Even)
        return static_cast<int>(
            std::count_if(queues_.begin(), queues_.end(), [](const Queue& q) { return !q.empty(); }));
    return static_cast<int>(std::min<int64_t>(options_.workers, queues_[0].micro_batches(options_.batch_size)));
}

}  // namespace fanlight
