#pragma once

#include <map>
#include <mutex>
#include <vector>

#include "core/batch/request.h"

namespace fanlight {

/// The ordered items that have not ended yet, and which of them were cancelled. Shared between the thread that reads
/// commands and the one that samples.
class OpenOrders {
public:
    void open(const std::vector<Item>& items);
    void close(const std::vector<Item>& items);

    /// Empty: all open items. Items that are not open have already been made, or belong to another order.
    void cancel(const std::vector<int64_t>& items);
    /// The owner has gone: everything is cancelled, including later orders.
    void abandon();

    /// Those of the items that were cancelled.
    std::vector<int64_t> cancelled_of(const std::vector<Item>& items) const;

private:
    mutable std::mutex mutex_;
    std::map<int64_t, bool> cancelled_;  ///< by open item
    bool abandoned_ = false;
};

}  // namespace fanlight
