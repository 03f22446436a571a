#pragma once

#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/batch/split.h"

namespace fanlight {

/// Restores the order of the input and drops the duplicates made by padding: the first true_count() results of each
/// rank are its own. (Truncating the concatenation to the input's length, as guides do, loses or reorders results with
/// three or more workers.) Throws UsageError naming a rank with too few or too many results.
template <typename T>
std::vector<T> gather(const std::vector<std::vector<T>>& per_rank, int64_t count, bool padding) {
    const int world = static_cast<int>(per_rank.size());
    std::vector<T> results;
    for (int rank = 0; rank < world; ++rank) {
        const auto& part = per_rank[static_cast<size_t>(rank)];
        const Share expected = share_of(count, world, rank, padding);
        if (static_cast<int64_t>(part.size()) != expected.padded_length)
            throw UsageError("Rank %1 has %2 results where its share is %3.", rank, part.size(),
                             expected.padded_length);
        results.insert(results.end(), part.begin(), part.begin() + (expected.end - expected.begin));
    }
    return results;
}

}  // namespace fanlight
