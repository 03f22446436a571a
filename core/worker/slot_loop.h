#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>

#include "core/base/stopwatch.h"
#include "core/pipelines/pipeline.h"
#include "core/worker/deliveries.h"

namespace fanlight {

/// Makes items that end one by one with a whole model: so many at a time, and each that ends makes room for the next,
/// of whatever order. Call it from the sampling thread.
class SlotLoop {
public:
    /// A further order, if there is one now.
    using NextOrder = std::function<std::optional<protocol::Generate>()>;

    SlotLoop(Pipeline& pipeline, Deliveries& deliveries, int slots, NextOrder next_order);

    /// Until nothing that was ordered is left.
    void run(const protocol::Generate& order);

private:
    struct UnderWay {
        Order order;      ///< of a single item
        size_t told = 0;  ///< tokens that the owner knows of
    };

    void take(const protocol::Generate& order);
    void take_orders();
    bool make_some();
    void fill(Slots& slots, const Task& kin);
    bool any_waits();
    Order next_waiting();
    bool is_dropped(Order& order);
    void drop_cancelled(Slots& slots);
    void tell(Slots& slots);
    void tell(const Order& order, const Slots::Growth& growth);
    void deliver(Slots& slots);
    void fail_all(const std::exception& error);

    Pipeline& pipeline_;
    Deliveries& deliveries_;
    const int slots_;
    const NextOrder next_order_;
    std::deque<Order> waiting_;             ///< of one item each
    std::map<size_t, UnderWay> under_way_;  ///< by row
    Stopwatch since_told_, since_ended_;
};

}  // namespace fanlight
