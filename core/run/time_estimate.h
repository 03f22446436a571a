#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include "core/batch/request.h"

namespace fanlight {

/// How long the rest of a run takes, judged by its last micro-batches: medians, so that one that is slow for a reason
/// of its own counts for nothing, and each kind (equal batch keys) by itself, since no formula knows how much longer a
/// larger picture takes on this device. What has not been measured yet is estimated from its work(). Pure bookkeeping
/// in seconds; not thread-safe.
class TimeEstimate {
public:
    /// The worker took so long for a micro-batch of this kind, or for as many items as it has slots.
    void measured(int worker, const BatchKey& kind, double work, double seconds);

    /// Whether enough is known: a first micro-batch alone is not believed unless it took so long that what comes first
    /// once (kernels that are chosen, weights that are read) cannot be half of it.
    bool is_known() const;

    /// How long the worker will take for a micro-batch. 0: nothing has been measured.
    double seconds_of(int worker, const BatchKey& kind, double work) const;

    /// Micro-batches of one kind that nobody has begun.
    struct Waiting {
        BatchKey kind;
        int64_t micro_batches = 0;
        double work = 0;  ///< of each
    };
    struct Worker {
        int number = 0;
        double busy_seconds = 0;  ///< until it takes the next one
    };
    /// Seconds until the last one is done if workers take them in turn.
    double makespan(std::vector<Worker> workers, const std::vector<Waiting>& waiting) const;

private:
    /// The last few values.
    class Recent {
    public:
        void add(double value);
        bool empty() const { return count_ == 0; }
        double median() const;

    private:
        std::array<double, 9> values_{};
        size_t count_ = 0;
    };

    /// Seconds for each unit of work.
    struct Pace {
        double first = 0;          ///< of the first micro-batch, which is slower than the rest; 0: there is none yet
        double first_seconds = 0;  ///< that it took
        Recent all;                ///< of the later ones
        std::map<BatchKey, Recent> kinds;  ///< likewise

        double of(const BatchKey& kind) const;
    };

    double pace_of(int worker, const BatchKey& kind) const;

    std::map<int, Pace> workers_;
};

}  // namespace fanlight
