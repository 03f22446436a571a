#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/json.h"

namespace fanlight {

// Every number of a model's config is read with these, so that no config can ask for a network that cannot be.

/// A whole number of a config. Throws Error "WHERE: KEY must be from A to B, not …".
inline int64_t whole_number(const Json& config, const char* key, int64_t min, int64_t max, const Place& where) {
    const auto value = required<int64_t>(config, key, where);
    if (value < min || value > max)
        throw Error("%1: \"%2\" must be from %3 to %4, not %5", where, key, min, max, value);
    return value;
}

/// The same, or `fallback` if the key is absent or null.
inline int64_t whole_number_or(const Json& config, const char* key, int64_t fallback, int64_t min, int64_t max,
                               const Place& where) {
    return optional_or<Json>(config, key, nullptr, where).is_null() ? fallback
                                                                    : whole_number(config, key, min, max, where);
}

/// The same for the elements of a list.
inline std::vector<int64_t> whole_numbers(const Json& config, const char* key, int64_t min, int64_t max,
                                          const Place& where) {
    auto values = required<std::vector<int64_t>>(config, key, where);
    for (const int64_t value : values)
        if (value < min || value > max)
            throw Error("%1: \"%2\" must be numbers from %3 to %4, not %5", where, key, min, max, value);
    return values;
}

/// A finite number from `min` to `max`, or `fallback`.
inline double number_or(const Json& config, const char* key, double fallback, double min, double max,
                        const Place& where) {
    const auto value = optional_or<double>(config, key, fallback, where);
    if (!(value >= min && value <= max))
        throw Error("%1: \"%2\" must be from %3 to %4, not %5", where, key, to_line(min), to_line(max), to_line(value));
    return value;
}

/// Throws Error unless `channels` can be cut into `groups` of a group norm.
inline void check_groups(int64_t channels, int64_t groups, const Place& where) {
    if (channels % groups != 0)
        throw Error("%1: %2 channels (block_out_channels) cannot be divided into %3 groups (norm_num_groups)", where,
                    channels, groups);
}

/// Throws Error unless each head of keys and values serves equally many heads of queries.
inline void check_shared_heads(int64_t heads, int64_t kv_heads, const Place& where) {
    if (heads % kv_heads != 0)
        throw Error("%1: %2 heads cannot share %3 heads of keys and values evenly", where, heads, kv_heads);
}

// What no model exceeds; products of such numbers stay within 64 bits.
constexpr int64_t max_blocks = 32, max_block_layers = 64, max_kernel = 31;
constexpr int64_t max_vocabulary = 10'000'000, max_context = 100'000'000, max_layers = 1000, max_width = 1 << 20;

}  // namespace fanlight
