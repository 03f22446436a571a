#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/base/place.h"
#include "core/batch/request.h"

namespace fanlight {

/// Values for what rows leave open.
struct RowDefaults {
    Task task;  ///< its prompt is ignored; its seed is the run's
    int items_per_row = 1;
    bool same_seed = false;  ///< seeds do not count up: all items have the run's, or their row's own
    /// Completes the task of a row, named by `where`, before items are made of it; may be null.
    std::function<void(Task& task, const Place& where)> finish = {};
};

// How rows become items, both for a run and for showing what a run would make.

/// A seed of 32 bits, as A1111 draws them: short in file names, and far from where seeds run out. Any thread.
uint64_t random_seed();

/// How many items a row makes: its own number, or else the default.
inline int items_of_row(const std::optional<int>& own, int items_per_row) { return own.value_or(items_per_row); }

/// The seed of item `number`, which is the `nth` (from 0) of its row: a row's own seed plus `nth`, or else the run's
/// seed plus `number`. nullopt if that exceeds 64 bits.
std::optional<uint64_t> seed_of_item(uint64_t run_seed, int64_t number, const std::optional<uint64_t>& own,
                                     int64_t nth);

/// Makes items from rows added one by one; a row's items are consecutive. File names are left empty. Throws UsageError
/// naming the row if a parameter is out of range or a seed exceeds 64 bits, and if there are more than ten million
/// items.
class ItemExpander {
public:
    explicit ItemExpander(RowDefaults defaults) : defaults_(std::move(defaults)) {}
    /// Returns the last item of the row. It is valid until the next call.
    const Item& add(const PromptRow& row) { return add(row, defaults_.task, 0); }
    /// Of a row of another model (Item::model): what it leaves open is taken from `defaults`, except for its seed.
    const Item& add(const PromptRow& row, const Task& defaults, int model);
    std::vector<Item> take() { return std::move(items_); }

private:
    const RowDefaults defaults_;
    std::vector<Item> items_;
    int64_t rows_ = 0;
};

/// Expands a list of rows.
std::vector<Item> expand(const std::vector<PromptRow>& rows, const RowDefaults& defaults);

/// Rows (Item::row) that ask for the same thing several times, as with same_seed where nothing else counts up; and how
/// many items each has.
std::map<int64_t, int> rows_of_like_items(const std::vector<Item>& items);

}  // namespace fanlight
