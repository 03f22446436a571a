#include "core/ranks/rank_report.h"

#include <algorithm>

#include "core/base/json.h"

namespace fanlight {

namespace {

constexpr const char* somebody = "a message of another process";

Json parsed(std::string_view text) { return parse_json(text, somebody, 4); }

/// [begin, end, begin, end, …]
Json ranges_of(ItemNumbers items) {
    std::sort(items.begin(), items.end());
    std::vector<int64_t> ranges;
    for (const int64_t item : items) {
        if (!ranges.empty() && item < ranges.back()) continue;  // given twice
        if (!ranges.empty() && item == ranges.back())
            ++ranges.back();
        else
            ranges.insert(ranges.end(), {item, item + 1});
    }
    return ranges;
}

ItemNumbers items_of(const Json& message, const char* key, size_t count) {
    const auto ranges = required<std::vector<int64_t>>(message, key, somebody);
    ItemNumbers items;
    int64_t last = 0;
    for (size_t i = 0; i < ranges.size(); i += 2) {
        const bool is_range = i + 1 < ranges.size() && last <= ranges[i] && ranges[i] < ranges[i + 1] &&
                              ranges[i + 1] <= static_cast<int64_t>(count);
        if (!is_range) throw Error("%1: \"%2\" names items that the run does not have", somebody, key);
        last = ranges[i + 1];
        for (int64_t item = ranges[i]; item < last; ++item) items.push_back(item);
    }
    return items;
}

}  // namespace

std::string to_text(const ItemNumbers& items) { return to_line({{"items", ranges_of(items)}}); }

ItemNumbers items_in(const std::string& text, size_t count) { return items_of(parsed(text), "items", count); }

std::string to_text(const RankReport& report) {
    Json models = Json::array();
    for (const FileHashes& hashes : report.models)
        models.push_back({{"model", hashes.model},
                          {"loras", hashes.loras},
                          {"embeddings", hashes.embeddings},
                          {"components", hashes.components}});
    return to_line({{"able", report.able},
                    {"models", models},
                    {"failed", ranges_of(report.failed)},
                    {"done", ranges_of(report.done)}});
}

RankReport report_in(const std::string& text, size_t count) {
    const Json json = parsed(text);
    std::vector<FileHashes> models;
    for (const Json& hashes : required<Json::array_t>(json, "models", somebody))
        models.push_back({required<std::string>(hashes, "model", somebody),
                          required<std::vector<std::string>>(hashes, "loras", somebody),
                          required<std::vector<std::string>>(hashes, "embeddings", somebody),
                          required<std::vector<std::string>>(hashes, "components", somebody)});
    return {.able = required<bool>(json, "able", somebody),
            .models = std::move(models),
            .done = items_of(json, "done", count),
            .failed = items_of(json, "failed", count)};
}

std::string to_text(const RoundOrders& orders) {
    return to_line({{"items", ranges_of(orders.items)},
                    {"unable", orders.unable},
                    {"left", orders.left},
                    {"refusal", orders.refusal}});
}

RoundOrders orders_in(const std::string& text, size_t count) {
    const Json json = parsed(text);
    return {.items = items_of(json, "items", count),
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
