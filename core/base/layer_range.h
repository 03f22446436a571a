#pragma once

#include <cstdint>
#include <limits>

namespace fanlight {

/// Consecutive layers of a network, [begin, end), numbered alike in the planner, in run.json, on the wire and in the
/// workers.
struct LayerRange {
    int64_t begin = 0, end = 0;

    /// All layers of a network of any length.
    static constexpr LayerRange all() { return {0, std::numeric_limits<int64_t>::max()}; }

    int64_t size() const { return end - begin; }
    bool contains(int64_t layer) const { return begin <= layer && layer < end; }

    bool operator==(const LayerRange&) const = default;
};

}  // namespace fanlight
