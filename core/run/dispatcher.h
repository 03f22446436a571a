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
#include "core/run/time_estimate.h"

namespace fanlight {

/// Hands out items as micro-batches, takes results back and identifies items that kill workers. Pure bookkeeping: no
/// processes, and the time is set by set_time(). An item is pending, leased to one worker, done or failed. Not
/// thread-safe.
class Dispatcher {
public:
    struct Options {
        Split split = Split::Pull;
        int workers = 1;
        int in_flight = 1;   ///< micro-batches that a worker samples at once; more than 1 in a pipeline
        int max_deaths = 2;  ///< an item that was leased when this many workers died is set aside
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

    /// Items with equal batch_key(), at most their recipe's batch size, leased to `worker` from now on. Empty if there
    /// is nothing for it now: none is left, it has all the micro-batches that it may sample at once, or (under
    /// Split::Pull) the busy workers, at the pace measured so far, will finish everything pending before this one could
    /// finish its first item.
    std::vector<int64_t> next(int worker);

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
    /// Items in order, grouped by key: taking a micro-batch is O(log n), reordering O(n log n).
    class Queue {
    public:
        struct MicroBatch {
            std::vector<int64_t> items;
            double work = 0;
            bool alone = false;  ///< to be tried alone
        };

        explicit Queue(const std::vector<Item>& items) : items_(&items) {}

        void add(int64_t item) { add(item, item); }
        void retry(int64_t item) { alone_.push_back(item); }
        bool empty() const { return alone_.empty() && fronts_.empty(); }
        bool next_is_alone() const { return !alone_.empty(); }
        /// At most so many items.
        MicroBatch take(size_t most);
        std::vector<int64_t> take_all();
        std::vector<int64_t> take_out(const std::set<int64_t>& items);
        void put_back(const std::vector<int64_t>& items);
        void move(const std::vector<int64_t>& items, int64_t before);
        /// All items except those to be retried alone.
        std::vector<int64_t> ordered() const;
        /// The first items of ordered(), up to the last one that is out of order.
        std::vector<int64_t> out_of_place() const;
        int64_t micro_batches() const;
        /// What is to be made, in order; `one_by_one`: items instead of micro-batches.
        std::vector<TimeEstimate::Waiting> waiting(bool one_by_one) const;
        /// Visits the work of each micro-batch while `visit` returns true. Returns its last result.
        bool all_micro_batches(const std::function<bool(double work)>& visit) const;

    private:
        struct Place {
            int64_t position;  ///< the item's index, or negative if it was moved
            int64_t item;
        };
        /// Items with equal keys, and what follows from the key.
        struct Group {
            std::deque<Place> places;
            size_t batch_size = 0;
            bool padded = false;
            double work = 0;  ///< of a padded micro-batch, whichever items it holds; else of all items

            size_t micro_batches() const { return (places.size() + batch_size - 1) / batch_size; }
        };

        const Item& at(int64_t item) const { return (*items_)[static_cast<size_t>(item)]; }
        void add(int64_t item, int64_t position);
        std::vector<Place> places() const;
        void set_order(const std::vector<int64_t>& items);

        const std::vector<Item>* items_;
        std::map<BatchKey, Group> groups_;
        std::map<int64_t, Group*> fronts_;  ///< non-empty groups by the position of their first item
        std::deque<int64_t> alone_;         ///< to be retried alone, before all others
    };

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

    Queue& queue_of(int worker) { return queues_[options_.split == Split::Even ? worker : 0]; }
    bool suspect(int64_t item) const { return deaths_.contains(item); }
    bool may_take(int worker);
    size_t room(int worker);
    size_t room_in_slots(int worker);
    double work_of(int64_t item) const;
    bool samples(int worker) const;
    int to_sample(int worker) const;
    double free_at(int worker) const;
    bool others_finish_sooner(int worker);
    double measure(int worker);
    void measure_micro_batch(int worker, int64_t item);
    void end_in_slot(int worker, int64_t item);
    double busy_seconds(int worker) const;
    bool release(int worker, int64_t item);
    void deal(const std::vector<int64_t>& items, const std::vector<int>& workers);
    void hand_over(int worker);
    Queue& shortest_queue();

    const std::vector<Item>& items_;
    const Options options_;
    std::vector<Queue> queues_;  ///< a single one, or one per worker under Split::Even
    std::vector<std::vector<Lease>> leases_;
    std::vector<Pace> paces_;
    std::vector<Turn> turns_;
    TimeEstimate estimate_;
    std::vector<int> slots_;
    std::vector<bool> gone_;
    std::vector<bool> disabled_;
    std::map<int64_t, int> deaths_;  ///< of workers that held the item
    int64_t remaining_ = 0;
    int64_t handed_out_ = 0;  ///< number of micro-batches
    double now_ = 0;
};

}  // namespace fanlight
