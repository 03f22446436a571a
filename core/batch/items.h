#pragma once

#include <vector>

#include "core/batch/request.h"

namespace fanlight {

/// What rows leave open.
struct RowDefaults {
    Task task;  ///< its prompt is not used; its seed is the run's
    int items_per_row = 1;
};

/// Makes the items of rows that come one after the other; those of a row follow each other. Item
/// i has seed `seed + i` unless its row has one of its own, which its items count up from (DESIGN 4.2). File names are
/// left open. Throws UsageError naming the row where a parameter is out of its range or a seed runs out of 64 bits, or
/// when there are more than ten million items.
class ItemExpander {
public:
    explicit ItemExpander(RowDefaults defaults) : defaults_(std::move(defaults)) {}
    void add(const PromptRow& row);
    std::vector<Item> take() { return std::move(items_); }

private:
    const RowDefaults defaults_;
    std::vector<Item> items_;
    int64_t rows_ = 0;
};

/// Of rows that are there already.
std::vector<Item> expand(const std::vector<PromptRow>& rows, const RowDefaults& defaults);

}  // namespace fanlight
