#include "core/batch/request.h"

#include <algorithm>
#include <cmath>

#include "core/base/error.h"
#include "core/batch/names.h"

namespace fanlight {

namespace {

void check_range(const char* name, int value, int max, const Place& where) {
    if (value < 1 || value > max)
        throw UsageError("%1: %2 must be a whole number from 1 to %3, not %4.", where, name, max, value);
}

}  // namespace

void check(const Recipe& recipe, const Place& where) {
    check_range("batch_size", recipe.batch_size, max_batch_size, where);
    check_range("threads", recipe.threads, max_threads, where);
    if (!find_dtype(recipe.dtype)) throw UsageError("%1: there is no dtype %2.", where, in_quotes(recipe.dtype));
    if (recipe.device_kind != "cpu" && recipe.device_kind != "cuda")
        throw UsageError("%1: device_kind must be cpu or cuda, not %2.", where, in_quotes(recipe.device_kind));
    if (!recipe.text_device_kind.empty() && (recipe.text_device_kind != "cpu" || recipe.device_kind != "cuda"))
        throw UsageError("%1: text_device_kind can only be cpu, where device_kind is cuda.", where);
    for (const Lora& lora : recipe.loras)
        for (const double weight : {lora.weight, lora.text_encoder_weight.value_or(lora.weight)})
            if (!(std::abs(weight) <= max_lora_weight))
                throw UsageError("%1: the weight of the LoRA %2 must be a number from -100 to 100.", where,
                                 in_quotes(lora.name));
}

bool is_plain_file_name(const std::string& name) {
    return !name.empty() && name.size() <= 255 && name[0] != '.' && name.find('/') == std::string::npos &&
           name.find('\0') == std::string::npos;
}

void check_place(const Item& item, const Place& where) {
    const bool makes_file = !item.task.suffix().empty();
    if (makes_file && !is_plain_file_name(item.place))
        throw UsageError("%1: %2 is not a plain file name", where, in_quotes(item.place));
    if (!makes_file && !item.place.empty())
        throw UsageError("%1: its result is not a file, so it cannot be called %2", where, in_quotes(item.place));
}

Sentence name_of(const Item& item) {
    return item.place.empty() ? Sentence("Item %1", item.index) : Sentence(item.place);
}

const Recipe& recipe_of(const Item& item) {
    if (!item.recipe) throw Error("Item %1 has no recipe", item.index);
    return *item.recipe.get();
}

Recipe own_recipe(const Task& task, const Recipe& run) {
    Recipe own = run;
    if (!task.is<ImageTask>()) return own;
    if (task.as<ImageTask>().refiner_switch >= 1)
        std::erase_if(own.components, [](const ReplacedComponent& each) { return each.kind == refiner_kind; });
    if (own.embeddings.empty()) return own;
    const std::vector<std::string>& called = task.as<ImageTask>().prompt_layout().embeddings;
    std::erase_if(own.embeddings, [&](const NamedEmbedding& embedding) {
        return std::find(called.begin(), called.end(), embedding.name) == called.end();
    });
    return own;
}

BatchKey batch_key(const Item& item) { return {item.recipe.get(), item.task}; }

}  // namespace fanlight
