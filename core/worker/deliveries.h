#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <set>

#include "core/base/stopwatch.h"
#include "core/pipelines/pipeline.h"
#include "core/worker/open_orders.h"
#include "core/worker/picture_writer.h"
#include "core/worker/wire.h"
#include "core/worker/worker_device.h"

namespace fanlight {

/// A micro-batch that the owner has ordered.
struct Order {
    protocol::Generate work;
    std::set<int64_t> given_up;  ///< items of it
};

/// What a served worker answers to its orders: progress, previews, results, failures, and what it has given up. The
/// thread that samples calls it, and any thread where that is said.
class Deliveries {
public:
    explicit Deliveries(Wire& wire) : wire_(wire) {}

    /// From here on what is made is written after this recipe.
    void begin(const Recipe& recipe);
    /// All that is made is written.
    void finish() { writer_.reset(); }

    /// What the owner wants no more. Any thread.
    OpenOrders& open_orders() { return open_orders_; }
    /// Any thread.
    void want_previews(bool wanted) { previews_wanted_ = wanted; }

    /// Where several processes work on an order: whether this one speaks for single items, or only for all at once.
    void answer_for_items(bool answers) { answers_for_items_ = answers; }

    /// After an evaluation. False when nothing of the order is wanted any more.
    bool stepped(Order& order, Generation& generation);
    void made(Order& order, const Outputs& outputs, double seconds);
    void failed(const Order& order, const Failure& failure);
    /// The order is over, whatever became of it.
    void closed(const Order& order) { open_orders_.close(order.work.items); }

    /// Any thread. Says false when nobody listens any more.
    bool report(const protocol::FromWorker& message);

private:
    void give_up(Order& order, const std::vector<int64_t>& items);
    void show(const Order& order, Generation& generation);

    Wire& wire_;
    OpenOrders open_orders_;
    std::unique_ptr<PictureWriter> writer_;
    std::atomic<bool> previews_wanted_{false};
    Stopwatch since_preview_;
    bool answers_for_items_ = true;
};

}  // namespace fanlight
