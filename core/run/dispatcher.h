#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/batch/request.h"
#include "core/batch/split.h"
#include "core/run/item_queue.h"
#include "core/run/time_estimate.h"

namespace fanlight {

/// Hands out items as micro-batches, takes results back and identifies items that kill workers. Pure bookkeeping: no
/// processes, and the time is set by set_time(). An item is pending, leased to one worker, done or failed. Items of one
/// model (Item::model) follow each other on a worker, so that it loads each as rarely as possible. Not thread-safe.
class Dispatcher {
public:
    struct Options {
        Split split = Split::Pull;
        int workers = 1;
        int in_flight = 1;                 ///< micro-batches that a worker samples at once; more than 1 in a pipeline
        int max_deaths = 2;                ///< an item that was leased when this many workers died is set aside
        std::vector<int64_t> memory = {};  ///< of each worker's devices, in bytes; empty: all have the same
    };

    /// `items`: the run's, item i at index i; the list may grow (see put_back()). `pending` is sorted by number. Under
    /// Split::Even it is dealt in contiguous shares by share_of(). Accelerate's padding does not apply here: it repeats
    /// items to make shares equally long, which would make the same file twice, and gather() drops the repetitions
    /// again.
    Dispatcher(const std::vector<Item>& items, const std::vector<int64_t>& pending, const Options& options);

    /// Sets the current time for all following calls: seconds since an arbitrary origin, never decreasing. Without it
    /// no worker's pace is known.
    void set_time(double seconds) { now_ = seconds; }

    /// From now on the worker takes items that end one by one into so many slots, and is given a few more than that; 0:
    /// whole micro-batches.
    void set_slots(int worker, int slots) { slots_[worker] = slots; }
    bool has_slots(int worker) const { return slots_[worker] > 0; }

    /// The model that the worker should have now, which next() expects it to load first if it has another one: its own
    /// as long as there is something to make with it, then one that no other worker has, then one that others leave
    /// enough of. Items that the user has moved to the front come first. nullopt: there is nothing for it, or it has to
    /// finish what it has before it changes the model.
    std::optional<int> choose_model(int worker);
    /// What choose_model() has said last; -1: nothing.
    int model_of(int worker) const { return models_[worker]; }
    /// The worker cannot load the model, and is not told to any more.
    void exclude(int worker, int model);
    /// Sets aside the pending items of a model that none of the workers still there can load, and returns them: they
    /// have failed.
    std::vector<int64_t> set_aside_unloadable(int model);

    /// Items of the worker's model with equal batch_key(), at most their recipe's batch size, leased to `worker` from
    /// now on. Empty if there is nothing for it now: none is left, it has all the micro-batches that it may sample at
    /// once, or (under Split::Pull) the busy workers, at the pace measured so far, will finish everything pending
    /// before this one could finish its first item.
    std::vector<int64_t> next(int worker);

    /// What it may be given later: of the pending items of its model the first, at most so many.
    std::vector<int64_t> waiting_for(int worker, size_t most);

    /// The worker has denoised the item and only has to write it: meanwhile it can be given the next micro-batch.
    void sampled(int worker, int64_t item);

    /// Whether `worker` holds the item; if not, its messages about it must not be believed. The two functions below
    /// return false in that case.
    bool holds(int worker, int64_t item) const;
    bool done(int worker, int64_t item);
    bool failed(int worker, int64_t item);

    /// Takes back an item that failed together with others (too little memory for the whole micro-batch, or a text that
    /// is too long) to try it alone; false if it was alone already, or is not leased.
    bool retry_alone(int worker, int64_t item);

    /// Takes back an item for which the worker has too little memory. From now on it goes to workers with more of it,
    /// as long as there are any; if its micro-batch is always full, so do all with its batch_key(). The one with the
    /// least of those; nullopt: there is none, or the item is not leased.
    std::optional<int> retry_with_more_memory(int worker, int64_t item);

    /// The models of what is pending.
    std::set<int> pending_models() const;
    /// Changes all pending items of a model by `change`, which may give them another one. None of them is to be tried
    /// alone any more.
    void change_pending(int model, const std::function<void(int64_t item)>& change);

    /// Takes back an item that the worker dropped on request: it is pending again. False if it is not leased.
    bool give_back(int worker, int64_t item);

    /// The worker's leased items return to the front and are retried alone, so that the one at fault is found. Returns
    /// those that have now seen max_deaths deaths: they have failed.
    std::vector<int64_t> worker_died(int worker);

    /// A worker without leases will not return: under Split::Even its share goes to the others.
    void worker_gone(int worker);

    /// A disabled worker gets nothing more; under Split::Even its pending items go to the others.
    void enable(int worker, bool enabled);

    /// Sets aside those of the items that are pending, and returns them: they have failed.
    std::vector<int64_t> cancel(const std::set<int64_t>& items);
    /// Makes failed or new items pending, in the order of their indexes.
    void put_back(const std::vector<int64_t>& items);
    /// Moves pending items, in this order, before another pending one (-1: to the end); under Split::Even each within
    /// its worker's share. Returns the items up to the last one that is not in index order. Throws Error if `before`,
    /// or every item, is not pending.
    std::vector<int64_t> move(const std::vector<int64_t>& items, int64_t before);

    /// Until everything is done, at the pace measured so far; nullopt: not known yet, or nobody is left to do it.
    std::optional<double> seconds_left() const;

    bool idle(int worker) const { return leases_[worker].empty(); }
    /// Number of items neither done nor failed.
    int64_t remaining() const { return remaining_; }
    /// Number of workers, from worker 0 on, that have something to do at the start.
    int useful_workers() const;

private:
    struct Lease {
        int64_t item;
        int64_t micro_batch;  ///< numbered in the order of handing out
        bool alone;           ///< nothing else was given to the worker with it
        bool sampled;         ///< only has to be written
    };

    /// What is known about a worker's speed. Micro-batches are padded, so a short one takes as long as a full one.
    struct Pace {
        bool at_work = false;         ///< has requested work and has not died since
        double seconds_per_work = 0;  ///< smoothed; 0: not measured yet
        double since = 0;             ///< when it began to sample, or finished the previous micro-batch
        double work = 0;              ///< of the micro-batch being sampled
        bool measuring = false;
    };

    /// Items that have ended one by one since then, up to as many as there are slots: what a single one took says
    /// little, since several may end together.
    struct Turn {
        double since = 0;
        double work = 0;
        int items = 0;
    };

    int64_t memory_of(int worker) const { return options_.memory.empty() ? 0 : options_.memory[worker]; }
    /// Whether it can be given items at all.
    bool is_there(int worker) const { return !gone_[worker] && !disabled_[worker]; }
    std::optional<int> next_larger(int64_t memory, int model) const;
    bool memory_counts() const { return !(too_little_.empty() && too_little_alone_.empty()); }
    int64_t too_little_for(const Item& item) const;
    ItemQueue::May may_make(int worker) const;
    ItemQueue& queue_of(int worker) { return queues_[options_.split == Split::Even ? worker : 0]; }
    bool suspect(int64_t item) const { return deaths_.contains(item); }
    bool may_take(int worker);
    size_t room(int worker);
    size_t room_in_slots(int worker);
    double work_of(int64_t item) const;
    bool samples(int worker) const;
    int to_sample(int worker) const;
    double free_at(int worker) const;
    bool others_finish_sooner(int worker);
    bool has_model(int worker, int model) const;
    bool is_worth_loading(int worker, int model);
    double measure(int worker);
    void measure_micro_batch(int worker, int64_t item);
    void end_in_slot(int worker, int64_t item);
    double busy_seconds(int worker) const;
    bool release(int worker, int64_t item);
    void deal(const std::vector<int64_t>& items, const std::vector<int>& workers);
    void hand_over(int worker);
    ItemQueue& shortest_queue();

    const std::vector<Item>& items_;
    const Options options_;
    std::vector<ItemQueue> queues_;  ///< a single one, or one per worker under Split::Even
    std::vector<std::vector<Lease>> leases_;
    std::vector<Pace> paces_;
    std::vector<Turn> turns_;
    TimeEstimate estimate_;
    std::vector<int> models_;              ///< by worker: which it has, or should have
    std::vector<std::set<int>> excluded_;  ///< by worker: which it cannot have
    std::vector<int> slots_;
    std::vector<bool> gone_;
    std::vector<bool> disabled_;
    std::map<int64_t, int> deaths_;  ///< of workers that held the item
    // The most memory that was too little: of micro-batches that are always full for all with that key, else for the
    // item.
    std::map<BatchKey, int64_t> too_little_;
    std::map<int64_t, int64_t> too_little_alone_;
    int64_t remaining_ = 0;
    int64_t handed_out_ = 0;  ///< number of micro-batches
    double now_ = 0;
};

}  // namespace fanlight
