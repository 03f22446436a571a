#pragma once

#include <cstdint>
#include <vector>

#include "core/batch/request.h"

namespace fanlight {

/// What can be asked of a run that is being made. All calls come from its thread; each throws Error, and changes
/// nothing, when it cannot be done.
class RunControl {
public:
    virtual ~RunControl() = default;

    /// While paused, what is in hand is finished and nothing else is begun; workers stay warm.
    virtual void pause(bool paused) = 0;
    /// Ends the run as request_stop() does.
    virtual void cancel() = 0;
    /// Puts the images of these rows behind all others. What a row leaves out is as in the run's first item, whose seed
    /// is counted on. Safe on disk when it returns.
    virtual void add(const std::vector<PromptRow>& rows) = 0;
    /// Leaves out items that are not made yet: they have failed with the kind "cancelled", those in hand as soon as
    /// their worker has given them up.
    virtual void cancel_items(const std::vector<int64_t>& items) = 0;
    /// Puts failed items back among the pending ones.
    virtual void retry(const std::vector<int64_t>& items) = 0;
    /// Pending items go before another one (-1: behind all). Returns those that now come before all that stand in their
    /// natural order, the next one first.
    virtual std::vector<int64_t> move(const std::vector<int64_t>& items, int64_t before) = 0;
    /// A worker that is not enabled finishes what it has in hand and gets no more.
    virtual void enable_worker(int worker, bool enabled) = 0;
    /// Whether somebody looks at the pictures in the making.
    virtual void show_previews(bool wanted) = 0;
};

}  // namespace fanlight
