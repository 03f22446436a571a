#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "core/protocol/run_plan.h"
#include "core/worker/result_writer.h"

namespace fanlight {

/// The state shared by the processes of a run: who makes which micro-batch.
class OrderBoard {
public:
    virtual ~OrderBoard() = default;

    /// Returns 0, 1, 2, …, each once among all makers.
    virtual int64_t take_ticket() = 0;
    /// Publishes the maker's n-th micro-batch for its other stages; -1: there are no more.
    virtual void announce(int maker, int64_t n, int64_t batch) = 0;
    /// Waits for the announcement of the maker's last stage. Throws PartnerLost if that has gone.
    virtual int64_t announced(int maker, int64_t n) = 0;
};

/// Distributes micro-batches among the makers (replicas or whole pipelines) under an external launcher. With
/// Accelerate's even rule each maker knows its own; otherwise makers take tickets, and the stages of a pipeline read
/// which ones their last stage has taken. For a whole model, an item that ends alone is a micro-batch of its own. One
/// thread.
class RankShare {
public:
    struct Maker {
        int number = 0;  ///< from 0
        int count = 1;   ///< replicas or pipelines
        int stage = 0;   ///< this process; the last stage takes tickets, the others follow it
        int stages = 1;  ///< of a pipeline
    };

    /// `pending`: items of the run still to be made, the same list in all processes. Those of other models than this
    /// one have no part in it, except that fixed shares are of all items.
    RankShare(const RunPlan& run, const std::vector<int64_t>& pending, OrderBoard& board, const Maker& maker,
              int model = 0);

    /// Whether there is nothing to make at all.
    bool empty() const { return batches_.empty(); }
    /// Whether there is nothing for this maker, which is the last or only stage: the others have taken everything.
    bool is_taken() { return !order(0); }
    /// Whether its items end one by one, and the maker can go on with another one at once.
    bool goes_into_slots() const;
    /// How many micro-batches each maker makes if all are equally fast: nobody should hold more of them at once.
    size_t fair_count() const { return fair_count_; }
    /// The items of this maker's n-th micro-batch; nullopt if there are no more. A process that follows waits until it
    /// is known.
    std::optional<std::vector<Item>> order(int64_t n);

private:
    std::optional<int64_t> batch_of(int64_t n);
    std::optional<int64_t> find_batch(int64_t n);

    const RunPlan& run_;
    OrderBoard& board_;
    const Maker maker_;
    const bool even_;
    std::vector<std::vector<int64_t>> batches_;
    size_t fair_count_ = 0;
    std::vector<std::optional<int64_t>> found_;  ///< what has been found out about the first ones
};

/// Told what becomes of the items of a share. Each may throw: that ends the process's work.
struct ShareEvents {
    std::function<void(const std::vector<Item>&)> began;
    std::function<void(const std::vector<Item>&, const Outputs&, const ResultWriter::Seconds&)> made;
    std::function<void(const std::vector<Item>&, const Failure&)> failed;
};

}  // namespace fanlight
