#include "app/cli/failure_printer.h"

#include <cstdio>

namespace fanlight {

namespace {

constexpr int64_t most_sentences = 10;

}  // namespace

std::string FailurePrinter::sentence(const Item& item, const std::string& reason) {
    return "Item " + std::to_string(item.index) + " failed: " + reason + (reason.ends_with('.') ? "" : ".");
}

void FailurePrinter::item_failed(const Item& item, const std::string&, const std::string& reason, const RunCounts&) {
    if (++failed_ <= most_sentences) std::fprintf(stderr, "%s\n", sentence(item, reason).c_str());
}

void FailurePrinter::run_finished(const RunCounts&, double, bool) {
    const int64_t more = failed_ - most_sentences;
    if (more > 0)
        std::fprintf(stderr, "%lld more %s failed.\n", static_cast<long long>(more), more == 1 ? "item" : "items");
}

}  // namespace fanlight
