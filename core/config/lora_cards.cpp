#include "core/config/lora_cards.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/batch/lora.h"
#include "core/checkpoints/tensor_source.h"
#include "core/config/lora_catalog.h"

namespace fanlight {

namespace fs = std::filesystem;

namespace {

constexpr std::uintmax_t max_notes_bytes = 16u << 20;
constexpr size_t max_text_bytes = 4096;  // of what is shown

/// What stands behind a LoRA's name in those of the files beside it. The user's own come first.
constexpr std::array note_endings = {".json", ".metadata.json", ".civitai.info", ".cm-info.json"};
constexpr std::array picture_endings = {".preview.png", ".preview.jpg", ".preview.jpeg", ".preview.webp", ".png",
                                        ".jpg",         ".jpeg",        ".webp",         ".cm-info.jpeg"};

/// A text, or several with commas between them; "" for anything else.
std::string shown_text(const Json& json) {
    std::vector<std::string> texts;
    if (json.is_string()) texts.push_back(json.get<std::string>());
    if (json.is_array())
        for (const Json& each : json)
            if (each.is_string()) texts.emplace_back(trimmed(each.get_ref<const std::string&>()));
    std::erase(texts, "");
    const std::string text = join(texts, ", ");
    return text.size() <= max_text_bytes ? text : excerpt(text, max_text_bytes / 4);
}

/// The member at the end of a path of keys: "civitai/trainedWords"; null: it is not there.
Json member_at(const Json& json, std::string_view path) {
    const Json* found = &json;
    for (size_t begin = 0, end = 0; begin <= path.size(); begin = end + 1) {
        end = std::min(path.find('/', begin), path.size());
        const std::string key(path.substr(begin, end - begin));
        if (!found->is_object() || !found->contains(key)) return nullptr;
        found = &(*found)[key];
    }
    return *found;
}

/// Keeps the first text that there is at one of the paths, unless something is known already.
void take_text(const Json& json, std::initializer_list<const char*> paths, std::string& text) {
    for (const char* path : paths)
        if (text.empty()) text = trimmed(shown_text(member_at(json, path)));
}

/// 0 is what A1111 writes where nothing has been chosen.
void take_weight(const Json& weight, std::optional<double>& known) {
    if (known || !weight.is_number()) return;
    const double value = weight.get<double>();
    if (value != 0 && std::abs(value) <= max_lora_weight) known = value;
}

fs::path beside(const fs::path& file, std::string_view ending) {
    fs::path other = file;
    return other.replace_extension() += ending;
}

void read_files_beside(LoraCard& card) {
    std::error_code ignored;
    for (const char* ending : picture_endings)
        if (const fs::path file = beside(card.file, ending); card.picture.empty() && fs::is_regular_file(file, ignored))
            card.picture = file;
    for (const char* ending : note_endings) {
        const fs::path file = beside(card.file, ending);
        if (!fs::is_regular_file(file, ignored)) continue;
        try {
            read_lora_notes(read_file(file, max_notes_bytes), card);
        } catch (const Error&) {
            // Whoever left it there may have meant something else by it.
        }
    }
}

void read_own_metadata(const TensorSource& source, LoraCard& card) {
    const auto take = [&](const char* key, std::string& text) {
        if (text.empty()) text = excerpt(trimmed(source.metadata(key)), max_text_bytes / 4);
    };
    take("modelspec.trigger_phrase", card.trigger);
    take("ss_base_model_version", card.base_model);
    take("modelspec.architecture", card.base_model);
}

LoraCard card_of(const PlacedFile& placed, const KnownModel* model) {
    LoraCard card{.name = placed.name, .file = placed.path};
    read_files_beside(card);
    try {
        read_own_metadata(TensorSource(card.file), card);
        const LoraFile lora = open_lora(card.file);
        if (model) check_lora(lora, *model);
    } catch (const Error& error) {
        card.problem = sentence_of(error);
    }
    return card;
}

}  // namespace

void read_lora_notes(std::string_view text, LoraCard& card) {
    const Json json = parse_json(std::string(text), "");
    take_text(json, {"activation text", "trainedWords", "civitai/trainedWords", "TrainedWords"}, card.trigger);
    take_text(json, {"baseModel", "base_model", "civitai/baseModel", "BaseModel", "sd version"}, card.base_model);
    take_text(json, {"notes"}, card.notes);
    take_weight(member_at(json, "preferred weight"), card.weight);
    const Json tips = member_at(json, "usage_tips");  // JSON in a text
    if (tips.is_string() && Json::accept(tips.get_ref<const std::string&>()))
        take_weight(member_at(parse_json(tips.get_ref<const std::string&>(), ""), "strength"), card.weight);
}

std::vector<LoraCard> list_loras(const ModelPlaces& places, const KnownModel* model) {
    std::vector<LoraCard> cards;
    for (const PlacedFile& placed : kept_loras(places)) cards.push_back(card_of(placed, model));
    return cards;
}

}  // namespace fanlight
