#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <set>

#include "core/base/stopwatch.h"
#include "core/pipelines/pipeline.h"
#include "core/worker/open_orders.h"
#include "core/worker/result_writer.h"
#include "core/worker/wire.h"
#include "core/worker/worker_device.h"

namespace fanlight {

/// A micro-batch ordered by the owner.
struct Order {
    protocol::Generate work;
    std::set<int64_t> given_up;  ///< items dropped from it
};

/// A served worker's replies to its orders: progress, previews, results, failures, and items that it has dropped. Call
/// it from the sampling thread, or from any thread where noted.
class Deliveries {
public:
    explicit Deliveries(Wire& wire) : wire_(wire) {}

    /// From now on, results come from this device and are written with this recipe.
    void begin(const Recipe& recipe, at::Device device);
    /// Waits until all pictures that the device has been told to make are written.
    void finish();
    /// Calls back once the device has done what it has been given so far.
    void when_done(HostCallbacks::Callback callback) { device_ ? device_->add(std::move(callback)) : callback(); }

    /// The open orders and their cancelled items. Any thread.
    OpenOrders& open_orders() { return open_orders_; }
    /// Any thread.
    void want_previews(bool wanted) { previews_wanted_ = wanted; }

    /// If several processes work on an order: whether this one may drop single items, or only all at once.
    void answer_for_items(bool answers) { answers_for_items_ = answers; }

    /// Drops those of its items that have been cancelled. Whether these are all.
    bool drop_cancelled(Order& order);
    /// After an evaluation. False if all of the order's items have been cancelled.
    bool stepped(Order& order, Generation& generation);
    void made(Order& order, const Outputs& outputs, const ResultWriter::Seconds& seconds);
    void failed(const Order& order, const Failure& failure);
    /// The process can do no more, because of DeviceLost or a fault of ours. Any thread.
    void failed(const std::exception& error);
    /// The order has ended in whatever way.
    void closed(const Order& order) { open_orders_.close(order.work.items); }

    /// False if the owner has gone. Any thread.
    bool report(const protocol::FromWorker& message);

private:
    void drop(Order& order, const std::vector<int64_t>& items);
    void show(const Order& order, Generation& generation);

    Wire& wire_;
    OpenOrders open_orders_;
    std::unique_ptr<HostCallbacks> device_;
    std::unique_ptr<ResultWriter> writer_;
    std::atomic<bool> failed_{false};
    std::atomic<bool> previews_wanted_{false};
    Stopwatch since_preview_;
    bool answers_for_items_ = true;
};

}  // namespace fanlight
