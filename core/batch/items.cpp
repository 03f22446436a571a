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

/// Before any is made.
size_t count_items(const std::vector<PromptRow>& rows, const ImageDefaults& defaults) {
    size_t count = 0;
    for (const PromptRow& row : rows) {
        count += static_cast<size_t>(images_of(row, defaults));
        if (count > max_items) throw UsageError(row.place + ": the list makes more than ten million images.");
    }
    return count;
}

uint64_t counted_up(uint64_t seed, uint64_t by, const std::string& place) {
    uint64_t sum = 0;
    if (__builtin_add_overflow(seed, by, &sum))
        throw UsageError(place + ": the seed runs past 18446744073709551615; begin with a smaller one.");
    return sum;
}

}  // namespace

std::vector<Item> expand(const std::vector<PromptRow>& rows, const ImageDefaults& defaults) {
    std::vector<Item> items;
    items.reserve(count_items(rows, defaults));
    for (size_t r = 0; r < rows.size(); ++r) {
        const PromptRow& row = rows[r];
        const auto images = static_cast<size_t>(images_of(row, defaults));
        const ImageParameters parameters = merged(row, defaults.parameters);
        check(parameters, row.place);
        for (size_t j = 0; j < images; ++j) {
            Item item{static_cast<int64_t>(items.size()), static_cast<int64_t>(r), "", parameters};
            const auto& own = row.overrides.seed;
            item.parameters.seed =
                own ? counted_up(*own, j, row.place) : counted_up(defaults.parameters.seed, items.size(), row.place);
            items.push_back(std::move(item));
        }
    }
    return items;
}

}  // namespace fanlight
