#pragma once

#include <algorithm>
#include <optional>

namespace fanlight {

/// Tells a worker that hangs from one that takes long. Nobody knows how long a step takes before there has been one,
/// and one of a larger picture, or on a busy machine, takes longer than those before it. So a second counts in full
/// only if the worker's processes hardly computed in it; while they compute, what counts is what they compute.
class ProgressWatch {
public:
    /// `stall_seconds`: what a first step may take. `threads`: that compute at the same time.
    ProgressWatch(double stall_seconds, int threads) : stall_seconds_(stall_seconds), threads_(std::max(1, threads)) {}

    /// The worker was given work after it had none.
    void begin() { silence_ = {}; }
    /// It made a step.
    void progressed(bool was_working) {
        if (was_working) longest_ = std::max(longest_.value_or(0), silence_.ticks);
        silence_ = {};
    }

    /// Call it once a second. `cpu_seconds`: what the processes have computed since they were started, on all cores.
    void tick(double cpu_seconds) {
        constexpr double hardly = 0.05;  // on a busy machine a worker gets a small part of a core
        const double computed = std::max(0.0, cpu_seconds - silence_.cpu_seconds.value_or(cpu_seconds));
        silence_.cpu_seconds = cpu_seconds;
        ++silence_.ticks;
        silence_.computed_seconds += computed;
        if (computed < hardly) ++silence_.idle_ticks;
    }

    /// Twenty times the longest step that there was counts as a hang, but never less than a fifteenth of
    /// `stall_seconds`. Threads that wait for each other in a loop look as if they computed: nobody computes for longer
    /// than `stall_seconds`.
    bool hangs() const {
        const double idle = longest_ ? std::max(stall_seconds_ / 15, 20.0 * *longest_) : stall_seconds_;
        return silence_.idle_ticks > idle || silence_.computed_seconds > stall_seconds_ * threads_;
    }

    /// Seconds since the last step.
    int ticks() const { return silence_.ticks; }

private:
    struct Silence {
        int ticks = 0, idle_ticks = 0;
        double computed_seconds = 0;
        std::optional<double> cpu_seconds;  ///< at the last tick
    };

    double stall_seconds_;
    int threads_;
    Silence silence_;
    std::optional<int> longest_;  ///< between two steps
};

}  // namespace fanlight
