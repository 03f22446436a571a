#pragma once

#include <string>

#include "core/run/events.h"

namespace fanlight {

/// Why items failed, on standard error, and nothing else (--quiet): a sentence an item, for the first ten.
class FailurePrinter : public RunEvents {
public:
    void item_failed(const Item& item, const std::string& kind, const std::string& reason,
                     const RunCounts& counts) override;
    void run_finished(const RunCounts& counts, double seconds, bool interrupted) override;

    /// "Item 3 failed: NaN …."
    static std::string sentence(const Item& item, const std::string& reason);

private:
    int64_t failed_ = 0;
};

}  // namespace fanlight
