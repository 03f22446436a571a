#include "core/images/image_prompts.h"

#include <algorithm>
#include <charconv>

#include "core/base/json.h"
#include "core/batch/parameter_rules.h"
#include "core/images/infotext.h"
#include "core/images/png_text.h"
#include "core/images/recipe_text.h"
#include "core/prompts/prompt_list.h"

namespace fanlight {

namespace fs = std::filesystem;

namespace {

bool is_png(const fs::path& file) { return normalised_name(file.extension().string()) == ".png"; }

void set(const char* name, std::string_view text, PromptRow& row) {
    find_parameter(name)->read(text, row.overrides, row.source);
}

/// Reads what recipe_text() has written. Keys of a later version are ignored.
void read_recipe_text(const std::string& text, PromptRow& row) {
    const Json parameters = required<Json>(parse_json(text, row.source), "parameters", row.source);
    row.prompt = required<std::string>(parameters, "prompt", row.source);
    set("emphasis", "literal", row);  // unless it says otherwise, as the reader of recipes does
    for (const auto& [key, value] : parameters.items()) {
        const ParameterRule* rule = find_parameter(key);
        if (!rule || value.is_structured()) continue;
        rule->read(value.is_string() ? value.get<std::string>() : value.dump(), row.overrides, row.source);
    }
}

/// A1111 counts from the last layer; 1 means all layers.
void set_clip_skip(const std::string& text, PromptRow& row) {
    int layer = 0;
    const auto result = std::from_chars(text.data(), text.data() + text.size(), layer);
    const bool known = result.ec == std::errc() && result.ptr == text.data() + text.size() && layer >= 1;
    set("clip_skip", known ? std::to_string(layer - 1) : text, row);
}

void read_infotext(const std::string& text, PromptRow& row) {
    constexpr std::pair<const char*, const char*> names[] = {{"Steps", "steps"},
                                                             {"Sampler", "sampler"},
                                                             {"Schedule type", "schedule"},
                                                             {"CFG scale", "cfg_scale"},
                                                             {"Seed", "seed"}};
    const InfoText info = parse_infotext(text);
    row.prompt = info.prompt;
    set("negative_prompt", info.negative_prompt, row);
    set("emphasis", info.value("Emphasis"), row);
    const auto has = [&](const char* key) {
        return std::any_of(info.pairs.begin(), info.pairs.end(), [&](const auto& pair) { return pair.first == key; });
    };
    for (const auto& [key, name] : names)
        if (has(key)) set(name, info.value(key), row);
    if (has("Clip skip")) set_clip_skip(info.value("Clip skip"), row);
    if (const auto size = parse_size(info.value("Size"))) {
        set("width", std::to_string(size->first), row);
        set("height", std::to_string(size->second), row);
    }
}

PromptRow row_of(const fs::path& image) {
    constexpr std::pair<const char*, void (*)(const std::string&, PromptRow&)> readers[] = {
        {recipe_keyword, read_recipe_text}, {parameters_keyword, read_infotext}};
    PromptRow row{"", {}, image.string()};
    const auto texts = read_png_texts_of_file(image);
    for (const auto& [keyword, read] : readers) {
        const auto found =
            std::find_if(texts.begin(), texts.end(), [&](const auto& t) { return t.keyword == keyword; });
        if (found == texts.end()) continue;
        read(found->text, row);
        check_text(row.prompt, "prompt", row.source);
        return row;
    }
    throw UsageError(row.source + " does not tell how it was made; leave it out.");
}

std::vector<fs::path> images_in(const fs::path& folder) {
    std::vector<fs::path> images;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(folder, error))
        if (is_png(entry.path()) && !entry.path().filename().string().starts_with('.')) images.push_back(entry.path());
    if (error) throw UsageError("Cannot read the folder " + folder.string() + ": " + error.message() + ".");
    if (images.empty()) throw UsageError("The folder " + folder.string() + " holds no PNG.");
    std::sort(images.begin(), images.end());
    return images;
}

}  // namespace

void load_image_prompts(const fs::path& file_or_folder, const TakeRow& take) {
    std::error_code ignored;
    const bool folder = fs::is_directory(file_or_folder, ignored);
    for (const fs::path& image : folder ? images_in(file_or_folder) : std::vector{file_or_folder}) {
        try {
            take(row_of(image));
        } catch (const UsageError&) {
            throw;
        } catch (const Error& error) {
            throw UsageError(std::string(error.what()) + ".");
        }
    }
}

void load_prompts_or_images(const fs::path& file_or_folder, const TakeRow& take) {
    std::error_code ignored;
    const bool images = is_png(file_or_folder) || fs::is_directory(file_or_folder, ignored);
    images ? load_image_prompts(file_or_folder, take) : load_prompts(file_or_folder, take);
}

std::vector<PromptRow> load_prompts_or_images(const fs::path& file_or_folder) {
    std::vector<PromptRow> rows;
    load_prompts_or_images(file_or_folder, [&](PromptRow row) { rows.push_back(std::move(row)); });
    return rows;
}

}  // namespace fanlight
