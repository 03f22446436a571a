#pragma once

#include <algorithm>
#include <chrono>
#include <thread>

namespace fanlight {

/// The interval between two polls: short at first, then longer.
class Pause {
public:
    void wait() {
        std::this_thread::sleep_for(length_);
        length_ = std::min(length_ * 2, std::chrono::milliseconds(100));
    }

private:
    std::chrono::milliseconds length_{2};
};

}  // namespace fanlight
