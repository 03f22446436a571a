#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/batch/request.h"
#include "core/batch/split.h"

namespace fanlight {

/// Hands out items as micro-batches, takes results back and finds the item that kills workers. Pure bookkeeping: no
/// processes, and time is what set_time() says. An item is pending, leased to one worker, done or failed. Not
/// thread-safe.
class Dispatcher {
public:
    struct Options {
        Split split = Split::Pull;
        int workers = 1;
        int in_flight = 1;   ///< micro-batches that a worker samples at once: those of a pipeline
        int max_deaths = 2;  ///< an item that was leased at this many deaths of workers is set aside
    };

    /// `items`: of the run, item i at i; more of them may come (see put_back()). The pending ones are in order of their
    /// numbers. Under Split::Even they are dealt in contiguous shares by share_of(). Accelerate's padding has no place
    /// here: it repeats items to make shares equally long, which would be the same file made twice, and gather() drops
    /// them again.
    Dispatcher(const std::vector<Item>& items, const std::vector<int64_t>& pending, const Options& options);

    /// Everything that follows happens at this moment: seconds since any beginning, never less than before. Without it
    /// no worker's pace is known.
    void set_time(double seconds) { now_ = seconds; }

    /// Items of equal batch_key(), at most as many as their recipe's batch size, leased to `worker` from now on. Empty
    /// when there is nothing for it now: none is left, it has as much to sample as it can, or (under Split::Pull) those
    /// at work, at the pace measured so far, will finish all that is pending before it could finish the first of it.
    std::vector<int64_t> next(int worker);

    /// The worker has denoised the item and only has to write it: it can be given the next micro-batch meanwhile.
    void sampled(int worker, int64_t item);

    /// Whether `worker` holds the item; else what it says of it is not to be believed. The same holds for `false` from
    /// the two below.
    bool holds(int worker, int64_t item) const;
    bool done(int worker, int64_t item);
    bool failed(int worker, int64_t item);

    /// Takes an item back that failed in company (too little memory for the whole micro-batch) to try it alone; false
    /// when it was alone already, or is not held.
    bool retry_alone(int worker, int64_t item);

    /// Takes an item back that the worker was told to give up: it is pending again. False when it is not held.
    bool give_back(int worker, int64_t item);

    /// Its leased items go back to the front and are retried alone, so that the one at fault is found. Returns those
    /// that have now seen max_deaths deaths: they are failed.
    std::vector<int64_t> worker_died(int worker);

    /// A worker without leases will not come back: under Split::Even its share goes to the others.
    void worker_gone(int worker);

    /// A worker that is not enabled gets nothing more; under Split::Even what it has not begun goes to the others.
    void enable(int worker, bool enabled);

    /// Sets aside those of these items that are pending, and returns them: they are failed.
    std::vector<int64_t> cancel(const std::set<int64_t>& items);
    /// Items that had failed, or are new, are pending from now on, at the place that their number gives them.
    void put_back(const std::vector<int64_t>& items);
    /// Pending items go, in this order, before another pending one (-1: behind all); under Split::Even each within its
    /// worker's share. Returns the items up to the last one that is out of the order of their numbers. Throws Error
    /// when `before`, or every item, is not pending.
    std::vector<int64_t> move(const std::vector<int64_t>& items, int64_t before);

    bool idle(int worker) const { return leases_[worker].empty(); }
    /// Items neither done nor failed.
    int64_t remaining() const { return remaining_; }
    /// Workers, from number 0 on, that have something to do at the start.
    int useful_workers() const;

private:
    /// Items in order, grouped by key: taking a micro-batch is O(log n), everything that changes the order O(n log n).
    class Queue {
    public:
        explicit Queue(const std::vector<Item>& items) : items_(&items) {}

        void add(int64_t item) { add(item, item); }
        void retry(int64_t item) { alone_.push_back(item); }
        bool empty() const { return alone_.empty() && fronts_.empty(); }
        bool next_is_alone() const { return !alone_.empty(); }
        std::vector<int64_t> take();
        std::vector<int64_t> take_all();
        std::vector<int64_t> take_out(const std::set<int64_t>& items);
        void put_back(const std::vector<int64_t>& items);
        void move(const std::vector<int64_t>& items, int64_t before);
        /// Those that are not to be retried alone.
        std::vector<int64_t> ordered() const;
        /// The first of ordered(), up to the last one that is out of place.
        std::vector<int64_t> out_of_place() const;
        int64_t micro_batches() const;
        /// Visits the work of one micro-batch after the other while `visit` answers true. Returns its last answer.
        bool all_micro_batches(const std::function<bool(double work)>& visit) const;

    private:
        struct Place {
            int64_t position;  ///< the item's number, or less than 0 if it was moved
            int64_t item;
        };
        using Group = std::deque<Place>;

        const Item& at(int64_t item) const { return (*items_)[static_cast<size_t>(item)]; }
        /// Of the group's micro-batches.
        size_t batch_size(const Group& group) const;
        void add(int64_t item, int64_t position);
        std::vector<Place> places() const;
        void set_order(const std::vector<int64_t>& items);

        const std::vector<Item>* items_;
        std::map<BatchKey, Group> groups_;
        std::map<int64_t, Group*> fronts_;  ///< non-empty groups by the position of their first item
        std::deque<int64_t> alone_;         ///< to be retried by themselves, before all others
    };

    struct Lease {
        int64_t item;
        int64_t micro_batch;  ///< numbered as they are handed out
        bool alone;           ///< the only one of its micro-batch
        bool sampled;         ///< only to be written
    };

    /// What is known of a worker's speed. Micro-batches are padded, so a short one takes as long as a full one.
    struct Pace {
        bool at_work = false;         ///< has asked for work and not died since
        double seconds_per_work = 0;  ///< smoothed; 0: not measured yet
        double since = 0;             ///< when it began to sample, or finished the micro-batch before
        double work = 0;              ///< of a micro-batch that it samples
        bool measuring = false;
    };

    Queue& queue_of(int worker) { return queues_[options_.split == Split::Even ? worker : 0]; }
    bool suspect(int64_t item) const { return deaths_.contains(item); }
    bool may_take(int worker);
    bool samples(int worker) const;
    int to_sample(int worker) const;
    double free_at(int worker) const;
    bool others_finish_sooner(int worker);
    void measure(int worker);
    bool release(int worker, int64_t item);
    void deal(const std::vector<int64_t>& items, const std::vector<int>& workers);
    void hand_over(int worker);
    Queue& shortest_queue();

    const std::vector<Item>& items_;
    const Options options_;
    std::vector<Queue> queues_;  ///< one, or one a worker under Split::Even
    std::vector<std::vector<Lease>> leases_;
    std::vector<Pace> paces_;
    std::vector<bool> gone_;
    std::vector<bool> disabled_;
    std::map<int64_t, int> deaths_;  ///< of workers that held the item
    int64_t remaining_ = 0;
    int64_t handed_out_ = 0;  ///< micro-batches
    double now_ = 0;
};

}  // namespace fanlight
