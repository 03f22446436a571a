#include "core/images/recipe_text.h"

#include <algorithm>

#include "core/batch/parameter_rules.h"
#include "core/batch/request_json.h"
#include "core/images/infotext.h"

namespace fanlight {

std::string recipe_text(const ImageTask& parameters, const Recipe& recipe) {
    Json shared = recipe;
    shared.erase("threads");
    if (!recipe.loras.empty()) shared["loras"] = without_files(recipe.loras);
    if (!recipe.embeddings.empty()) shared["embeddings"] = without_files(recipe.embeddings);
    if (!recipe.components.empty()) shared["components"] = without_files(recipe.components);
    ImageTask own = parameters;
    own.layout = {};  // follows from the prompts
    return to_line({{"program", "fanlight"}, {"version", FANLIGHT_VERSION}, {"parameters", own}, {"recipe", shared}});
}

std::pair<ImageTask, Recipe> read_recipe_text(std::string_view text, const Place& where) {
    const Json json = parse_json(text, where);
    std::pair<ImageTask, Recipe> read = {required<ImageTask>(json, "parameters", where),
                                         required<Recipe>(json, "recipe", where)};
    check(read.first, where);
    check(read.second, where);
    return read;
}

std::vector<PngText> image_texts(const Item& item, const Recipe& recipe) {
    const Recipe own = own_recipe(item.task, recipe);
    return {{parameters_keyword, infotext(image_of(item), own)}, {recipe_keyword, recipe_text(image_of(item), own)}};
}

bool same_recipe(std::string_view png, const Item& item, const Recipe& recipe) {
    if (!is_complete_png(png)) return false;
    for (const PngText& text : read_png_texts(png)) {
        if (text.keyword != recipe_keyword) continue;
        try {
            Recipe expected = own_recipe(item.task, recipe);
            expected.card = required<Recipe>(parse_json(text.text, ""), "recipe", "").card;  // whichever card made it
            if (text.text == recipe_text(image_of(item), expected)) return true;
        } catch (const Error&) {
            continue;
        }
    }
    return false;
}

}  // namespace fanlight
