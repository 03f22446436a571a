#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/protocol/run_plan.h"

namespace fanlight {

/// What the processes of a run know together about who makes which micro-batch.
class OrderBoard {
public:
    virtual ~OrderBoard() = default;

    /// 0, 1, 2, …, each once for all makers together.
    virtual int64_t take_ticket() = 0;
    /// The maker's n-th micro-batch, for those who follow; -1: there is no more.
    virtual void announce(int maker, int64_t n, int64_t batch) = 0;
    /// Waits for what the maker's last stage announces. Throws PartnerLost when that is gone.
    virtual int64_t announced(int maker, int64_t n) = 0;
};

/// Which of those that make pictures under an outside launcher makes which micro-batch: replicas, or whole pipelines.
/// By Accelerate's even rule each knows its own; else they take tickets, and the stages of a pipeline read which ones
/// their last stage has taken. One thread.
class RankShare {
public:
    struct Maker {
        int number = 0;  ///< of `count`
        int count = 1;   ///< replicas or pipelines
        int stage = 0;   ///< this process; the last one takes orders, the others follow
        int stages = 1;  ///< of a pipeline
    };

    /// `pending`: items of the run that are to be made, the same in all processes.
    RankShare(const RunPlan& run, const std::vector<int64_t>& pending, OrderBoard& board, const Maker& maker);

    /// Nobody has anything to make here.
    bool empty() const { return batches_.empty(); }
    /// Items of the micro-batch that this maker makes as its n-th; none when it makes no more. Waits, in a process that
    /// follows, until that is known.
    std::optional<std::vector<Item>> order(int64_t n);

private:
    std::optional<int64_t> batch_of(int64_t n);

    const RunPlan& run_;
    OrderBoard& board_;
    const Maker maker_;
    const bool even_;
    std::vector<std::vector<int64_t>> batches_;
};

}  // namespace fanlight
