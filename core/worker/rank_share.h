#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/parallel/rendezvous.h"
#include "core/protocol/run_plan.h"

namespace fanlight {

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

    /// `pending`: items that are to be made, the same in all processes. `keys`: before those in the store.
    RankShare(const RunPlan& run, const std::vector<int64_t>& pending, Rendezvous& meeting, std::string keys,
              const Maker& maker);

    /// Nobody has anything to make here.
    bool empty() const { return batches_.empty(); }
    /// Items of the micro-batch that this maker makes as its n-th; none when it makes no more. Waits, in a process that
    /// follows, until that is known: then it throws Error when it has not been for long.
    std::optional<std::vector<Item>> order(int64_t n);

private:
    std::optional<int64_t> batch_of(int64_t n);

    const RunPlan& run_;
    Rendezvous& meeting_;
    const std::string keys_;
    const Maker maker_;
    const bool even_;
    std::vector<std::vector<int64_t>> batches_;
};

}  // namespace fanlight
