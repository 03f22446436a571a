#pragma once

#include <deque>
#include <functional>
#include <map>
#include <vector>

#include "core/base/failure.h"
#include "core/base/stopwatch.h"
#include "core/batch/request.h"
#include "core/pipelines/pipeline.h"

namespace fanlight {

/// Where a slot loop's items come from and where results go: the wire under a run owner, the plan under an external
/// launcher. Called from the loop's thread; what it throws ends the loop.
class SlotDuties {
public:
    virtual ~SlotDuties() = default;

    /// Further items, if there are any now; asked whenever the loop can take some. `room`: so many could begin at once,
    /// others wait for a slot.
    virtual std::vector<Item> next(size_t room) = 0;
    /// Whether the item has been dropped on request; asked before it begins and after each evaluation, also while it
    /// waits.
    virtual bool dropped(const Item&) { return false; }
    /// A text under way has become longer; told now and then, and before made(): put together it is the whole text.
    virtual void grown(const Item&, const Slots::Growth&) {}
    virtual void made(const Item& item, const Records& records, double seconds) = 0;
    virtual void failed(const Item& item, const Failure& failure) = 0;
    /// The item has ended in whatever way.
    virtual void closed(const Item&) {}
};

/// Makes items that end one by one with a whole model: so many at a time, and each that ends makes room for the next.
/// Call it from the sampling thread.
class SlotLoop {
public:
    SlotLoop(Pipeline& pipeline, SlotDuties& duties, int slots) : pipeline_(pipeline), duties_(duties), slots_(slots) {}

    /// Until nothing is left. Throws DeviceLost, and what the duties throw.
    void run();

private:
    struct UnderWay {
        Item item;
        size_t told = 0;  ///< tokens that the duties know of
    };

    void take_more();
    bool make_some();
    bool attempt(const std::function<void()>& work);
    void fill(Slots& slots, const Task& kin);
    bool any_waits();
    Item next_waiting();
    bool is_dropped(const Item& item);
    void drop_unwanted(Slots& slots);
    void tell(Slots& slots);
    void deliver(const std::map<size_t, Slots::Ended>& ended);

    Pipeline& pipeline_;
    SlotDuties& duties_;
    const int slots_;
    std::deque<Item> waiting_;
    std::map<size_t, UnderWay> under_way_;  ///< by row
    Stopwatch since_told_, since_ended_;
};

}  // namespace fanlight
