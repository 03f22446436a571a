#include "core/batch/request.h"

#include "core/base/error.h"

namespace fanlight {

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
