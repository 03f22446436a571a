#include "core/base/sentence_json.h"

#include <optional>

namespace fanlight {

namespace {

constexpr int max_depth = 6;
constexpr size_t max_parts = 9;

Json shape_of(const Sentence& sentence) {
    Json json = {{"pattern", sentence.pattern()}};
    if (sentence.count()) json["count"] = *sentence.count();
    for (const Sentence& part : sentence.parts()) {
        Json own = part.text();
        if (!part.pattern().empty()) {
            own = shape_of(part);
            own["text"] = part.text();
        }
        json["parts"].push_back(std::move(own));
    }
    return json;
}

/// nullopt: it is no shape, or one that is too deep to have been written by shape_of().
std::optional<Sentence> restored(const Json& json, const std::string& text, int depth) {
    if (!json.is_object() || depth > max_depth) return std::nullopt;
    const Json pattern = json.value("pattern", Json()), parts = json.value("parts", Json::array()),
               count = json.value("count", Json());
    if (!pattern.is_string() || !parts.is_array() || parts.size() > max_parts) return std::nullopt;
    std::vector<Sentence> own;
    for (const Json& part : parts) {
        if (part.is_string()) {
            own.emplace_back(part.get<std::string>());
            continue;
        }
        const Json part_text = part.is_object() ? part.value("text", Json()) : Json();
        if (!part_text.is_string()) return std::nullopt;
        auto inner = restored(part, part_text.get<std::string>(), depth + 1);
        if (!inner) return std::nullopt;
        own.push_back(*std::move(inner));
    }
    std::optional<int64_t> number;
    if (count.is_number_integer()) number = count.get<int64_t>();
    return Sentence::restored(text, pattern.get<std::string>(), number, std::move(own));
}

}  // namespace

void to_json(Json& json, const Sentence& sentence) { json = sentence.text(); }
void from_json(const Json& json, Sentence& sentence) { sentence = Sentence(json.get<std::string>()); }

void put_sentence(Json& json, const char* key, const Sentence& sentence) {
    json[key] = sentence.text();
    if (!sentence.pattern().empty()) json["sentence"] = shape_of(sentence);
}

Sentence get_sentence(const Json& json, const char* key) {
    const std::string text = json.contains(key) ? json.at(key).get<std::string>() : "";
    const auto shape = json.find("sentence");
    std::optional<Sentence> sentence;
    if (shape != json.end()) sentence = restored(*shape, text, 0);
    return sentence ? *std::move(sentence) : Sentence(text);
}

void to_json(Json& json, const Failure& failure) {
    json = {{"kind", failure.kind}};
    put_sentence(json, "message", failure.message);
}

void from_json(const Json& json, Failure& failure) {
    failure.kind = json.at("kind").get<std::string>();
    failure.message = get_sentence(json, "message");
}

}  // namespace fanlight
