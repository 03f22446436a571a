#include "core/text/bert_normalizer.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/text/character_edits.h"

namespace fanlight {

namespace {

bool is_kept_blank(int32_t character) { return character == '\t' || character == '\n' || character == '\r'; }

bool is_dropped(int32_t character) {
    return character == 0 || character == 0xFFFD || (!is_kept_blank(character) && is_control(character));
}

/// The blocks of CJK ideographs; not Hangul, Hiragana and Katakana, which are written with spaces or in words.
bool is_chinese(int32_t character) {
    static constexpr std::array<std::pair<int32_t, int32_t>, 8> blocks{{{0x3400, 0x4DBF},
                                                                        {0x4E00, 0x9FFF},
                                                                        {0xF900, 0xFAFF},
                                                                        {0x20000, 0x2A6DF},
                                                                        {0x2A700, 0x2B73F},
                                                                        {0x2B740, 0x2B81F},
                                                                        {0x2B920, 0x2CEAF},
                                                                        {0x2F800, 0x2FA1F}}};
    return character >= blocks.front().first && std::any_of(blocks.begin(), blocks.end(), [&](const auto& block) {
               return character >= block.first && character <= block.second;
           });
}

void clean(std::string& text) {
    remove_characters(text, is_dropped);
    replace_characters(text, [](int32_t character) { return is_space(character) ? ' ' : character; });
}

void set_chinese_apart(std::string& text) {
    edit_characters(text, [](int32_t character, std::string& edited) {
        const bool apart = is_chinese(character);
        if (apart) edited += ' ';
        append_character(edited, character);
        if (apart) edited += ' ';
    });
}

void strip_accents(std::string& text) {
    text = nfd(text);
    remove_characters(text, is_nonspacing_mark);
}

}  // namespace

Normalizer make_bert_normalizer(const Json& part, const Place& where) {
    const bool clean_text = optional_or(part, "clean_text", true, where);
    const bool chinese_chars = optional_or(part, "handle_chinese_chars", true, where);
    const bool lowercase = optional_or(part, "lowercase", true, where);
    const bool accents = optional_or(part, "strip_accents", lowercase, where);
    return [=](std::string& text) {
        if (clean_text) clean(text);
        if (chinese_chars) set_chinese_apart(text);
        if (accents) strip_accents(text);
        if (lowercase) text = lower_case(text);
    };
}

}  // namespace fanlight
