#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/place.h"
#include "core/batch/request.h"
#include "core/images/png_text.h"

namespace fanlight {

/// Keywords of the two texts in every image.
inline constexpr const char* parameters_keyword = "parameters";  ///< infotext()
inline constexpr const char* recipe_keyword = "fanlight";        ///< recipe_text()

/// Everything that determines the pixels, and nothing else (no row, worker or time), as one line of JSON with sorted
/// keys: {"parameters": ImageTask, "program": "fanlight", "recipe": Recipe, "version": "0.1.0"}.
std::string recipe_text(const ImageTask& parameters, const Recipe& recipe);

/// Parses it, and checks it by the rules for options and lists. Throws Error, starting with `where`, naming the key.
std::pair<ImageTask, Recipe> read_recipe_text(std::string_view text, const Place& where);

/// The texts for the PNG of an item.
std::vector<PngText> image_texts(const Item& item, const Recipe& recipe);

/// Whether the file is complete and was made by the same recipe, on whatever card. Decides whether a file found under
/// an item's name after a crash is that item's image.
bool same_recipe(std::string_view png, const Item& item, const Recipe& recipe);

}  // namespace fanlight
