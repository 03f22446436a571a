#pragma once

#include <optional>
#include <vector>

#include "core/batch/request.h"

namespace fanlight {

/// Values for what rows leave open.
struct RowDefaults {
    Task task;  ///< its prompt is not used; its seed is the run's
    int items_per_row = 1;
};

// How rows become items, for a run and for whoever shows what a run would make.

/// How many a row makes: as many as it says, else as every row does.
inline int items_of_row(const std::optional<int>& own, int items_per_row) { return own.value_or(items_per_row); }

/// The seed of item `number`, which is the `nth` (from 0) of its row: the row's own counts up along the row, the run's
/// along the run (DESIGN 4.2). Nothing where that runs out of 64 bits.
std::optional<uint64_t> seed_of_item(uint64_t run_seed, int64_t number, const std::optional<uint64_t>& own,
                                     int64_t nth);

/// Makes the items of rows that come one after the other; those of a row follow each other. File
/// names are left open. Throws UsageError naming the row where a parameter is out of its range or a seed runs out of 64
/// bits, or when there are more than ten million items.
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

/// Expands a list of rows.
std::vector<Item> expand(const std::vector<PromptRow>& rows, const RowDefaults& defaults);

}  // namespace fanlight
