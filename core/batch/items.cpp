#include "core/batch/items.h"

#include <random>

#include "core/base/error.h"
#include "core/batch/parameter_rules.h"

namespace fanlight {

namespace {

constexpr size_t max_items = 10'000'000;

void check_count(int items, const Place& where) {
    Overrides checked;
    find_parameter("images")->read(std::to_string(items), checked, where);
}

}  // namespace

uint64_t random_seed() { return std::random_device()(); }

std::optional<uint64_t> seed_of_item(uint64_t run_seed, int64_t number, const std::optional<uint64_t>& own,
                                     int64_t nth) {
    uint64_t seed = 0;
    const bool runs_out = own ? __builtin_add_overflow(*own, static_cast<uint64_t>(nth), &seed)
                              : __builtin_add_overflow(run_seed, static_cast<uint64_t>(number), &seed);
    return runs_out ? std::nullopt : std::optional(seed);
}

const Item& ItemExpander::add(const PromptRow& row, const Task& defaults, int model) {
    const int items = items_of_row(row.overrides.images, defaults_.items_per_row);
    check_count(items, row.source);
    if (items_.size() + static_cast<size_t>(items) > max_items)
        throw UsageError("%1: the list makes more than ten million images.", row.source);
    if (row.overrides.styles && !row.overrides.styles->empty())
        throw UsageError("%1: the text of its styles must be in the prompt already.", row.source);
    Task task = defaults.of_row(row);
    if (defaults_.finish) defaults_.finish(task, row.source);
    const auto own = row.overrides.random_seed ? std::optional(random_seed()) : row.overrides.seed;
    for (int nth = 0; nth < items; ++nth) {
        const auto number = static_cast<int64_t>(items_.size());
        const auto seed = defaults_.same_seed ? std::optional(own.value_or(defaults_.task.seed()))
                                              : seed_of_item(defaults_.task.seed(), number, own, nth);
        if (!seed)
            throw UsageError("%1: the seed runs past 18446744073709551615; begin with a smaller one.", row.source);
        const int64_t places = row.overrides.subseed ? nth : number;  // always, so that one seed has many variations
        items_.push_back({number, rows_, "", task.with_seed(*seed, static_cast<uint64_t>(places)), model});
    }
    ++rows_;
    return items_.back();
}

std::vector<Item> expand(const std::vector<PromptRow>& rows, const RowDefaults& defaults) {
    ItemExpander expander(defaults);
    for (const PromptRow& row : rows) expander.add(row);
    return expander.take();
}

std::map<int64_t, int> rows_of_like_items(const std::vector<Item>& items) {
    std::map<int64_t, int> rows;
    for (size_t i = 1; i < items.size(); ++i) {
        if (items[i].row != items[i - 1].row || !(items[i].task == items[i - 1].task)) continue;
        ++rows.try_emplace(items[i].row, 1).first->second;
    }
    return rows;
}

}  // namespace fanlight
