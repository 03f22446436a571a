#include "core/images/foreign_json.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "core/base/json.h"
#include "core/base/text.h"
#include "core/batch/parameter_rules.h"

namespace fanlight {

namespace {

/// Other programs' names for what A1111 calls by the second one.
constexpr std::pair<std::string_view, std::string_view> names[] = {{"steps", "Steps"},
                                                                   {"sampler", "Sampler"},
                                                                   {"sampler_name", "Sampler"},
                                                                   {"scheduler", "Schedule type"},
                                                                   {"schedule_type", "Schedule type"},
                                                                   {"cfgscale", "CFG scale"},
                                                                   {"cfg_scale", "CFG scale"},
                                                                   {"cfg", "CFG scale"},
                                                                   {"guidance_scale", "CFG scale"},
                                                                   {"fluxguidancescale", "Distilled CFG Scale"},
                                                                   {"sigmashift", "Shift"},
                                                                   {"seed", "Seed"},
                                                                   {"clip_skip", "Clip skip"},
                                                                   {"clipstopatlayer", "Clip skip"}};

std::string json_text(const Json& value) { return value.is_string() ? value.get<std::string>() : to_line(value); }

/// The first of these members that is there; null if none is.
Json first_of(const Json& object, std::initializer_list<const char*> keys) {
    for (const char* key : keys)
        if (const auto found = object.find(key); found != object.end()) return *found;
    return nullptr;
}

/// With all keys as in `names`.
Json with_plain_keys(const Json& object) {
    Json plain = Json::object();
    for (const auto& [key, value] : object.items()) plain.emplace(normalised_name(key), value);
    return plain;
}

/// SwarmUI counts layers from the end with negative numbers: -2 is A1111's 2.
std::string counted_from_the_end(std::string text) {
    if (text.starts_with('-')) text.erase(0, 1);
    return text;
}

/// "(1152, 896)", "1152x896" or "1152×896" as "1152x896".
std::string size_text(const std::string& resolution) {
    std::string size;
    for (const char c : resolution) {
        const bool is_digit = c >= '0' && c <= '9';
        if (is_digit)
            size += c;
        else if (!size.empty() && size.back() != 'x')
            size += 'x';
    }
    if (size.ends_with('x')) size.pop_back();
    return size;
}

std::string size_of(const Json& object) {
    if (object.contains("width") && object.contains("height"))
        return json_text(object["width"]) + "x" + json_text(object["height"]);
    return size_text(json_text(first_of(object, {"resolution", "size"})));
}

std::optional<Json> parsed(std::string_view text) {
    try {
        return parse_json(text, "");
    } catch (const Error&) {
        return std::nullopt;
    }
}

}  // namespace

ParametersText kind_of_parameters(std::string_view text) {
    text = trimmed(text);
    const size_t inside = text.find_first_not_of(" \t\r\n[{", 0);
    const bool begins_like_one = (text.starts_with('{') || text.starts_with("[{")) &&
                                 inside != std::string_view::npos && (text[inside] == '"' || text[inside] == '}');
    if (!begins_like_one) return ParametersText::Infotext;
    // A prompt may begin like this, too. Then it is no JSON, and a line of settings follows.
    return parsed(text) || parse_infotext(text).pairs.empty() ? ParametersText::Json : ParametersText::Infotext;
}

std::optional<InfoText> parse_foreign_json(std::string_view text) {
    const auto json = parsed(trimmed(text));
    if (!json || !json->is_object()) return std::nullopt;
    const auto swarm = json->find("sui_image_params");
    const Json& written = swarm == json->end() ? *json : *swarm;
    if (!written.is_object()) return std::nullopt;
    const Json object = with_plain_keys(written);
    const Json prompt = first_of(object, {"prompt", "positive_prompt"});
    if (!prompt.is_string()) return std::nullopt;

    InfoText info;
    info.prompt = prompt.get<std::string>();
    if (const Json negative = first_of(object, {"negative_prompt", "negativeprompt", "negative"}); negative.is_string())
        info.negative_prompt = negative.get<std::string>();
    for (const auto& [key, value] : object.items()) {
        if (value.is_null()) continue;
        const auto* name =
            std::find_if(std::begin(names), std::end(names), [&key = key](const auto& n) { return n.first == key; });
        if (name == std::end(names))
            info.pairs.emplace_back(key, json_text(value));
        else
            info.pairs.emplace_back(name->second, name->second == std::string_view("Clip skip")
                                                      ? counted_from_the_end(json_text(value))
                                                      : json_text(value));
    }
    if (const std::string size = size_of(object); !size.empty()) info.pairs.emplace_back("Size", size);
    return info;
}

}  // namespace fanlight
