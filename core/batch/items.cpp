#include "core/batch/items.h"

#include "core/base/error.h"
#include "core/batch/parameter_rules.h"

namespace fanlight {

namespace {

constexpr size_t max_items = 10'000'000;

int items_of(const PromptRow& row, const RowDefaults& defaults) {
    Overrides checked;
    const int items = row.overrides.images.value_or(defaults.items_per_row);
    find_parameter("images")->read(std::to_string(items), checked, row.place);
    return items;
}

uint64_t counted_up(uint64_t seed, uint64_t by, const std::string& place) {
    uint64_t sum = 0;
    if (__builtin_add_overflow(seed, by, &sum))
        throw UsageError(place + ": the seed runs past 18446744073709551615; begin with a smaller one.");
    return sum;
}

}  // namespace

void ItemExpander::add(const PromptRow& row) {
    const auto items = static_cast<size_t>(items_of(row, defaults_));
    if (items_.size() + items > max_items)
        throw UsageError(row.place + ": the list makes more than ten million images.");
    const auto& own_seed = row.overrides.seed;
    const Task task = defaults_.task.of_row(row);
    for (size_t j = 0; j < items; ++j) {
        const uint64_t seed = own_seed ? counted_up(*own_seed, j, row.place)
                                       : counted_up(defaults_.task.seed(), items_.size(), row.place);
        items_.push_back({static_cast<int64_t>(items_.size()), rows_, "", task.with_seed(seed)});
    }
    ++rows_;
}

std::vector<Item> expand(const std::vector<PromptRow>& rows, const RowDefaults& defaults) {
    ItemExpander expander(defaults);
    for (const PromptRow& row : rows) expander.add(row);
    return expander.take();
}

}  // namespace fanlight
