#include "core/families/parts/clip_words.h"

#include <array>

#include "core/text/unicode.h"

namespace fanlight {

namespace {

using Words = std::vector<std::string_view>;

/// The text of a special token that was not recognised as one: "<|", its name, "|>".
bool take_marker(std::string_view& text, Words& words) {
    constexpr std::array<std::string_view, 2> names{"startoftext", "endoftext"};
    if (!text.starts_with("<|")) return false;
    for (const std::string_view name : names) {
        if (!text.substr(2).starts_with(name) || !text.substr(2 + name.size()).starts_with("|>")) continue;
        words.push_back(text.substr(0, 2));
        words.push_back(text.substr(2, name.size()));
        words.push_back(text.substr(2 + name.size(), 2));
        text.remove_prefix(name.size() + 4);
        return true;
    }
    return false;
}

bool take_contraction(std::string_view& text, Words& words) {
    constexpr std::array<std::string_view, 7> contractions{"'s", "'t", "'re", "'ve", "'m", "'ll", "'d"};
    if (text.front() != '\'') return false;
    for (const std::string_view contraction : contractions) {
        if (!text.starts_with(contraction)) continue;
        words.push_back(text.substr(0, contraction.size()));
        text.remove_prefix(contraction.size());
        return true;
    }
    return false;
}

/// Takes the run of one class at the start; each digit is a run of its own.
void take_run(std::string_view& text, Words& words) {
    size_t end = 0;
    const CharClass run = char_class(next_character(text, end));
    for (size_t at = end; run != CharClass::Number && at < text.size() && char_class(next_character(text, at)) == run;)
        end = at;
    if (run != CharClass::Space) words.push_back(text.substr(0, end));
    text.remove_prefix(end);
}

}  // namespace

Words clip_words(std::string_view text) {
    Words words;
    while (!text.empty())
        if (!take_marker(text, words) && !take_contraction(text, words)) take_run(text, words);
    return words;
}

}  // namespace fanlight
