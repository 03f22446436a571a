#pragma once

#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/batch/split.h"

namespace fanlight {

/// Puts the workers' results back into the order of the input and drops what padding has doubled: the first
/// true_count() of each rank are its own. (Cutting the concatenation at the input's length instead, as guides do, loses
/// or reorders results from three workers on.) Throws UsageError naming a rank with too few or too many results.
template <typename T>
std::vector<T> gather(const std::vector<std::vector<T>>& per_rank, int64_t count, bool padding) {
    const int world = static_cast<int>(per_rank.size());
    std::vector<T> results;
    for (int rank = 0; rank < world; ++rank) {
        const auto& part = per_rank[static_cast<size_t>(rank)];
        const Share expected = share_of(count, world, rank, padding);
        if (static_cast<int64_t>(part.size()) != expected.padded_length)
            throw UsageError("Rank " + std::to_string(rank) + " has " + std::to_string(part.size()) +
                             " results where its share is " + std::to_string(expected.padded_length) + ".");
        results.insert(results.end(), part.begin(), part.begin() + (expected.end - expected.begin));
    }
    return results;
}

}  // namespace fanlight
