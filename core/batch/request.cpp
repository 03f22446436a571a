#include "core/batch/request.h"

#include <cmath>

#include "core/base/error.h"
#include "core/batch/names.h"

namespace fanlight {

namespace {

void check_range(const char* name, int value, int max, const std::string& where) {
    if (value < 1 || value > max)
        throw UsageError(where + ": " + name + " must be a whole number from 1 to " + std::to_string(max) + ", not " +
                         std::to_string(value) + ".");
}

}  // namespace

void check(const Recipe& recipe, const std::string& where) {
    check_range("batch_size", recipe.batch_size, max_batch_size, where);
    check_range("threads", recipe.threads, max_threads, where);
    if (!find_dtype(recipe.dtype)) throw UsageError(where + ": there is no dtype " + in_quotes(recipe.dtype) + ".");
    if (recipe.device_kind != "cpu" && recipe.device_kind != "cuda")
        throw UsageError(where + ": device_kind must be cpu or cuda, not " + in_quotes(recipe.device_kind) + ".");
    for (const Lora& lora : recipe.loras)
        if (!(std::abs(lora.weight) <= max_lora_weight))
            throw UsageError(where + ": the weight of the LoRA " + in_quotes(lora.name) +
                             " must be a number from -100 to 100.");
}

bool is_plain_file_name(const std::string& name) {
    return !name.empty() && name.size() <= 255 && name[0] != '.' && name.find('/') == std::string::npos &&
           name.find('\0') == std::string::npos;
}

void check_place(const Item& item, const std::string& where) {
    const bool makes_file = !item.task.suffix().empty();
    if (makes_file && !is_plain_file_name(item.place))
        throw UsageError(where + ": " + in_quotes(item.place) + " is no plain file name");
    if (!makes_file && !item.place.empty())
        throw UsageError(where + ": its result is no file, so it cannot be called " + in_quotes(item.place));
}

std::string name_of(const Item& item) { return item.place.empty() ? "Item " + std::to_string(item.index) : item.place; }

const Recipe& recipe_of(const Item& item) {
    if (!item.recipe) throw Error("Item " + std::to_string(item.index) + " has no recipe");
    return *item.recipe.get();
}

void set_recipe(std::vector<Item>& items, const Recipe& recipe) {
    const Shared<Recipe> shared(recipe);
    for (Item& item : items) item.recipe = shared;
}

BatchKey batch_key(const Item& item) { return {item.recipe.get(), item.task}; }

}  // namespace fanlight
