#pragma once

#include <map>
#include <mutex>
#include <vector>

#include "core/batch/request.h"

namespace fanlight {

/// The items that were ordered and are not over, and which of them the owner wants no more: between the thread that
/// reads commands and the one that samples.
class OpenOrders {
public:
    void open(const std::vector<Item>& items);
    void close(const std::vector<Item>& items);

    /// Empty: all that are open. What is not open is made already, or is another order's.
    void cancel(const std::vector<int64_t>& items);
    /// The owner is gone: nothing is wanted, whatever comes.
    void abandon();

    /// Those of the items that are wanted no more.
    std::vector<int64_t> cancelled_of(const std::vector<Item>& items) const;

private:
    mutable std::mutex mutex_;
    std::map<int64_t, bool> cancelled_;  ///< of every open item
    bool abandoned_ = false;
};

}  // namespace fanlight
