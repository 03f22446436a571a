#include "core/batch/items.h"

#include "core/base/error.h"
#include "core/batch/parameter_rules.h"

namespace fanlight {

namespace {

constexpr size_t max_items = 10'000'000;

ImageParameters merged(const PromptRow& row, ImageParameters parameters) {
    const Overrides& o = row.overrides;
    parameters.prompt = row.prompt;
    if (o.negative_prompt) parameters.negative_prompt = *o.negative_prompt;
    parameters.steps = o.steps.value_or(parameters.steps);
    parameters.cfg_scale = o.cfg_scale.value_or(parameters.cfg_scale);
    parameters.width = o.width.value_or(parameters.width);
    parameters.height = o.height.value_or(parameters.height);
    if (o.sampler) parameters.sampler = *o.sampler;
    if (o.schedule) parameters.schedule = *o.schedule;
    parameters.clip_skip = o.clip_skip.value_or(parameters.clip_skip);
    return parameters;
}

int images_of(const PromptRow& row, const ImageDefaults& defaults) {
    Overrides checked;
    const int images = row.overrides.images.value_or(defaults.images_per_prompt);
    find_parameter("images")->read(std::to_string(images), checked, row.place);
    return images;
}

uint64_t counted_up(uint64_t seed, uint64_t by, const std::string& place) {
    uint64_t sum = 0;
    if (__builtin_add_overflow(seed, by, &sum))
        throw UsageError(place + ": the seed runs past 18446744073709551615; begin with a smaller one.");
    return sum;
}

}  // namespace

void ItemExpander::add(const PromptRow& row) {
    const auto images = static_cast<size_t>(images_of(row, defaults_));
    if (items_.size() + images > max_items)
        throw UsageError(row.place + ": the list makes more than ten million images.");
    const auto& own_seed = row.overrides.seed;
    const ImageParameters parameters = merged(row, defaults_.parameters);
    check(parameters, row.place);
    for (size_t j = 0; j < images; ++j) {
        Item& item = items_.emplace_back(Item{static_cast<int64_t>(items_.size()), rows_, "", parameters});
        item.parameters.seed = own_seed ? counted_up(*own_seed, j, row.place)
                                        : counted_up(defaults_.parameters.seed, items_.size() - 1, row.place);
    }
    ++rows_;
}

std::vector<Item> expand(const std::vector<PromptRow>& rows, const ImageDefaults& defaults) {
    ItemExpander expander(defaults);
    for (const PromptRow& row : rows) expander.add(row);
    return expander.take();
}

}  // namespace fanlight
