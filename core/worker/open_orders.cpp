#include "core/worker/open_orders.h"

namespace fanlight {

void OpenOrders::open(const std::vector<Item>& items) {
    const std::lock_guard lock(mutex_);
    for (const Item& item : items) cancelled_[item.index] = abandoned_;
}

void OpenOrders::close(const std::vector<Item>& items) {
    const std::lock_guard lock(mutex_);
    for (const Item& item : items) cancelled_.erase(item.index);
}

void OpenOrders::cancel(const std::vector<int64_t>& items) {
    const std::lock_guard lock(mutex_);
    for (auto& [item, cancelled] : cancelled_) cancelled |= items.empty();
    for (const int64_t item : items)
        if (const auto open = cancelled_.find(item); open != cancelled_.end()) open->second = true;
}

void OpenOrders::abandon() {
    cancel({});
    const std::lock_guard lock(mutex_);
    abandoned_ = true;
}

std::vector<int64_t> OpenOrders::cancelled_of(const std::vector<Item>& items) const {
    const std::lock_guard lock(mutex_);
    std::vector<int64_t> result;
    for (const Item& item : items)
        if (const auto open = cancelled_.find(item.index); open != cancelled_.end() && open->second)
            result.push_back(item.index);
    return result;
}

}  // namespace fanlight
