#include "app/cli/failure_printer.h"

#include <cstdio>

#include "app/cli/say.h"
namespace fanlight {

namespace {

constexpr int64_t max_sentences = 10;

}  // namespace

std::string sentence_of(const ItemFailed& failed) {
    return "Item " + std::to_string(failed.item) + " failed: " + failed.message.open().text() + ".";
}

void FailurePrinter::operator()(const RunEvent& event) {
    if (const auto* failed = std::get_if<ItemFailed>(&event)) {
        if (!failed->is_cancelled() && ++failed_ <= max_sentences) say(sentence_of(*failed));
    } else if (std::holds_alternative<RunFinished>(event) && failed_ > max_sentences) {
        const int64_t more = failed_ - max_sentences;
        std::fprintf(stderr, "%lld more %s failed.\n", static_cast<long long>(more), more == 1 ? "item" : "items");
    }
}

}  // namespace fanlight
