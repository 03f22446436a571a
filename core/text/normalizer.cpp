#include "core/text/normalizer.h"

#include <memory>

#include "core/text/bert_normalizer.h"
#include "core/text/byte_level.h"
#include "core/text/character_edits.h"
#include "core/text/chars_map.h"
#include "core/text/pattern.h"
#include "core/text/tokenizer_part.h"
#include "core/text/unicode.h"

namespace fanlight {

namespace {

template <std::string (*form)(std::string_view)>
Normalizer make_form(const Json&, const std::string&) {
    return [](std::string& text) { text = form(text); };
}

Normalizer make_strip(const Json& part, const Place& where) {
    const bool left = optional_or(part, "strip_left", true, where);
    const bool right = optional_or(part, "strip_right", true, where);
    return [=](std::string& text) {
        size_t begin = 0, end = text.size();
        for (size_t at = 0; left && at < end && is_space(next_character(text, at));) begin = at;
        for (size_t at = end; right && at > begin && is_space(previous_character(text, at));) end = at;
        text = text.substr(begin, end - begin);
    };
}

Normalizer make_strip_accents(const Json&, const std::string&) {
    return [](std::string& text) { remove_characters(text, is_combining_mark); };
}

/// SentencePiece's rules for translation: no control characters, and blanks of every kind become spaces.
Normalizer make_nmt(const Json&, const std::string&) {
    return [](std::string& text) {
        remove_characters(text, [](int32_t c) {
            return (c >= 1 && c <= 8) || c == 0xB || (c >= 0xE && c <= 0x1F) || c == 0x7F || c == 0x8F || c == 0x9F;
        });
        replace_characters(text, [](int32_t c) {
            const bool blank = c == 9 || c == 0xA || c == 0xC || c == 0xD || c == 0x1680 ||
                               (c >= 0x200B && c <= 0x200F) || c == 0x2028 || c == 0x2029 || c == 0x2581 ||
                               c == 0xFEFF || c == 0xFFFD;
            return blank ? ' ' : c;
        });
    };
}

Normalizer make_prepend(const Json& part, const Place& where) {
    const auto prefix = required<std::string>(part, "prepend", where);
    return [=](std::string& text) {
        if (text.empty()) return;
        text.insert(0, prefix);
    };
}

Normalizer make_replace(const Json& part, const Place& where) {
    const auto pattern = make_pattern(required<Json>(part, "pattern", where), where);
    const auto content = required<std::string>(part, "content", where);
    return [=](std::string& text) { text = replace_matches(text, *pattern, content); };
}

/// The byte symbols of GPT-2 instead of the bytes.
Normalizer make_byte_level(const Json&, const std::string&) {
    return [](std::string& text) {
        std::string symbols;
        for (const char byte : text) symbols += byte_symbol(static_cast<uint8_t>(byte));
        text = std::move(symbols);
    };
}

Normalizer make_precompiled(const Json& part, const Place& where) {
    const auto map = std::make_shared<const CharsMap>(
        CharsMap::from_base64(optional_or<std::string>(part, "precompiled_charsmap", "", where), where));
    return [=](std::string& text) { text = map->normalise_graphemes(text); };
}

Normalizer make_sequence(const Json& part, const Place& where) {
    std::vector<Normalizer> steps;
    for (const Json& step : required<std::vector<Json>>(part, "normalizers", where))
        steps.push_back(make_normalizer(step, where));
    return [=](std::string& text) {
        for (const Normalizer& step : steps) {
            step(text);
            check_text_size(text.size());
        }
    };
}

const PartTable<Normalizer>& known_normalizers() {
    static const PartTable<Normalizer> table{
        {"BertNormalizer", make_bert_normalizer},
        {"ByteLevel", make_byte_level},
        {"Lowercase", make_form<lower_case>},
        {"NFC", make_form<nfc>},
        {"NFD", make_form<nfd>},
        {"NFKC", make_form<nfkc>},
        {"NFKD", make_form<nfkd>},
        {"Nmt", make_nmt},
        {"Precompiled", make_precompiled},
        {"Prepend", make_prepend},
        {"Replace", make_replace},
        {"Sequence", make_sequence},
        {"Strip", make_strip},
        {"StripAccents", make_strip_accents},
    };
    return table;
}

}  // namespace

Normalizer make_normalizer(const Json& normalizer, const Place& where) {
    if (normalizer.is_null()) return [](std::string&) {};
    return make_part(known_normalizers(), "normalizer", normalizer, where);
}

}  // namespace fanlight
