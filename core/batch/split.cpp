#include "core/batch/split.h"

#include <algorithm>
#include <optional>

namespace fanlight {

Share share_of(int64_t count, int world, int rank, bool padding) {
    if (world < 1 || rank < 0 || rank >= world) throw UsageError("There is no rank %1 among %2 workers.", rank, world);
    if (count < 0) throw UsageError("There cannot be %1 items to share.", count);
    const int64_t base = count / world, extras = count % world;
    const int64_t begin = rank * base + std::min<int64_t>(rank, extras), end = begin + base + (rank < extras ? 1 : 0);
    return {begin, end, padding && world > 1 ? base + (extras > 0 ? 1 : 0) : end - begin};
}

std::vector<int64_t> share(int64_t count, int world, int rank, bool padding) {
    if (padding && world > 1 && count == 0)
        throw UsageError("An empty list cannot be padded: it has no last item to repeat.");
    const Share part = share_of(count, world, rank, padding);
    std::vector<int64_t> items;
    for (int64_t i = part.begin; i < part.end; ++i) items.push_back(i);
    items.resize(static_cast<size_t>(part.padded_length), count - 1);
    return items;
}

int64_t true_count(int64_t count, int world, int rank) {
    const Share part = share_of(count, world, rank, false);
    return part.end - part.begin;
}

namespace {

constexpr const char* sequence_tags[] = {"__tuple__", "__tensor__"};

/// The array in a list, tuple or tensor; nullptr for anything else.
const Json* rows_of(const Json& value) {
    if (value.is_array()) return &value;
    if (!value.is_object()) return nullptr;
    for (const char* tag : sequence_tags)
        if (value.contains(tag)) return value.at(tag).is_array() ? &value.at(tag) : nullptr;
    return nullptr;
}

bool is_tagged(const Json& value) {
    return value.is_object() && !value.empty() && value.begin().key().starts_with("__");
}

[[noreturn]] void refuse_share(const std::string& path, const Json& value) {
    const std::string type = is_tagged(value) ? value.begin().key() : value.type_name();
    throw UsageError("%1 is a %2, which cannot be split between workers; give a list.",
                     path.empty() ? Sentence("The input") : Sentence(path), type);
}

/// Determines the common length of everything that is to be split.
void measure(const Json& value, const std::string& path, std::optional<int64_t>& length, std::string& measured) {
    if (const Json* rows = rows_of(value)) {
        const auto size = static_cast<int64_t>(rows->size());
        if (length && *length != size)
            throw UsageError("%1 has %2 entries and %3 has %4; all lists of an input must have the same length.", path,
                             size, measured, *length);
        length = size;
        measured = path;
        return;
    }
    if (!value.is_object() || is_tagged(value)) refuse_share(path, value);
    for (const auto& [key, entry] : value.items())
        measure(entry, path.empty() ? "\"" + key + "\"" : path + " / \"" + key + "\"", length, measured);
}

Json cut(const Json& value, const std::vector<int64_t>& items) {
    if (const Json* rows = rows_of(value)) {
        Json part = Json::array();
        for (const int64_t i : items) part.push_back((*rows)[static_cast<size_t>(i)]);
        if (value.is_array()) return part;
        Json tagged = value;
        for (const char* tag : sequence_tags)
            if (tagged.contains(tag)) tagged[tag] = part;
        if (tagged.contains("shape") && tagged["shape"].is_array() && !tagged["shape"].empty())
            tagged["shape"][0] = items.size();
        return tagged;
    }
    Json part = Json::object();
    for (const auto& [key, entry] : value.items()) part[key] = cut(entry, items);
    return part;
}

}  // namespace

Json split(const Json& input, int world, int rank, bool padding) {
    if (world == 1) return input;
    std::optional<int64_t> length;
    std::string measured;
    measure(input, "", length, measured);
    if (!length) throw UsageError("The input holds no list to split between workers.");
    return cut(input, share(*length, world, rank, padding));
}

}  // namespace fanlight
