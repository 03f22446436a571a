#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/batch/request.h"

namespace fanlight {

/// Controls a run in progress. All calls come from its thread; each throws Error and changes nothing if it cannot be
/// carried out.
class RunControl {
public:
    virtual ~RunControl() = default;

    /// While paused, items in flight are finished and no others begun; workers stay warm.
    virtual void pause(bool paused) = 0;
    /// The same for a reason that is not the user's, which the run says as it is; empty: it is over. May be called
    /// before the first item.
    virtual void hold(const Sentence& reason) = 0;
    /// The same for one worker, such as that of a card that is too hot.
    virtual void hold_worker(int worker, const Sentence& reason) = 0;
    /// Ends the run like request_stop().
    virtual void cancel() = 0;
    /// The kind of task of the run's items.
    virtual std::string_view task() const = 0;
    /// Appends the items of these rows. What a row leaves out is taken from the run's first item, whose seed is counted
    /// up. The items are on disk when it returns.
    virtual void add(const std::vector<PromptRow>& rows) = 0;
    /// Cancels items that are not done: they fail with the kind "cancelled", those in flight as soon as their worker
    /// has dropped them.
    virtual void cancel_items(const std::vector<int64_t>& items) = 0;
    /// Makes failed or cancelled items pending again.
    virtual void retry(const std::vector<int64_t>& items) = 0;
    /// Moves pending items before another one (-1: to the end). Returns the items that now come before all those in
    /// natural order, the next one first.
    virtual std::vector<int64_t> move(const std::vector<int64_t>& items, int64_t before) = 0;
    /// A disabled worker finishes its items in flight and gets no more.
    virtual void enable_worker(int worker, bool enabled) = 0;
    /// Whether previews are wanted.
    virtual void show_previews(bool wanted) = 0;
};

}  // namespace fanlight
