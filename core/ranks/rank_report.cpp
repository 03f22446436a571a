#include "core/ranks/rank_report.h"

#include <algorithm>

#include "core/base/json.h"

namespace fanlight {

namespace {

constexpr const char* somebody = "a message of another process";

Json parsed(std::string_view text) { return parse_json(text, somebody, 4); }

}  // namespace

std::string to_text(const RankReport& report) {
    std::string text = to_line({{"able", report.able},
                                {"model_hash", report.model_hash},
                                {"lora_hashes", report.lora_hashes},
                                {"failed", report.failed}}) +
                       "\n";
    for (const Result& record : report.done) text += journal_line(record) + "\n";
    return text;
}

RankReport report_in(const std::string& text) {
    size_t start = text.find('\n');
    const Json head = parsed(std::string_view(text).substr(0, start));
    RankReport report{.able = required<bool>(head, "able", somebody),
                      .model_hash = required<std::string>(head, "model_hash", somebody),
                      .lora_hashes = required<std::vector<std::string>>(head, "lora_hashes", somebody),
                      .failed = required<std::vector<int64_t>>(head, "failed", somebody),
                      .done = {}};
    while (start != std::string::npos && ++start < text.size()) {
        const size_t end = text.find('\n', start);
        const JournalRecord record = parse_journal_line(std::string_view(text).substr(start, end - start));
        if (const auto* done = std::get_if<Result>(&record)) report.done.push_back(*done);
        start = end;
    }
    return report;
}

std::string to_text(const RoundOrders& orders) {
    return to_line(
        {{"items", orders.items}, {"unable", orders.unable}, {"left", orders.left}, {"refusal", orders.refusal}});
}

RoundOrders orders_in(const std::string& text) {
    const Json json = parsed(text);
    return {.items = required<std::vector<int64_t>>(json, "items", somebody),
            .unable = required<std::vector<int>>(json, "unable", somebody),
            .left = required<int64_t>(json, "left", somebody),
            .refusal = required<std::string>(json, "refusal", somebody)};
}

std::vector<int> able_makers(const std::vector<int>& unable, int ranks, int stages) {
    std::vector<int> makers;
    for (int maker = 0; maker < ranks / stages; ++maker)
        if (std::none_of(unable.begin(), unable.end(), [&](int rank) { return rank / stages == maker; }))
            makers.push_back(maker);
    return makers;
}

}  // namespace fanlight
