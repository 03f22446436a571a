#pragma once

#include <string>

#include "core/protocol/events.h"

namespace fanlight {

/// "Item 3 failed: NaN …."
std::string sentence_of(const ItemFailed& failed);

/// Prints only why items failed (--quiet), on standard error: one sentence per item, for the first ten.
class FailurePrinter {
public:
    void operator()(const RunEvent& event);

private:
    int64_t failed_ = 0;
};

}  // namespace fanlight
