#pragma once

#include <string>

#include "core/protocol/events.h"

namespace fanlight {

/// "Item 3 failed: NaN …."
std::string sentence_of(const ItemFailed& failed);

/// Why items failed, on standard error, and nothing else (--quiet): a sentence an item, for the first ten.
class FailurePrinter {
public:
    void operator()(const RunEvent& event);

private:
    int64_t failed_ = 0;
};

}  // namespace fanlight
