#include "core/text/known_patterns.h"

#include <algorithm>
#include <array>

#include "core/text/unicode.h"

namespace fanlight {

namespace {

CharClass class_at(std::string_view text, size_t at) { return char_class(next_character(text, at)); }

/// The end of the run of one class that begins at `at`, after at most `limit` characters.
size_t run_end(std::string_view text, size_t at, CharClass wanted, size_t limit = SIZE_MAX) {
    for (size_t next = at; limit > 0 && at < text.size() && char_class(next_character(text, next)) == wanted; --limit)
        at = next;
    return at;
}

/// `'s|'t|'re|'ve|'m|'ll|'d` at `at`: its length, or 0.
size_t contraction(std::string_view text, size_t at) {
    constexpr std::array<std::string_view, 7> endings{"s", "t", "re", "ve", "m", "ll", "d"};
    if (text[at] != '\'') return 0;
    for (const std::string_view ending : endings)
        if (text.substr(at + 1).starts_with(ending)) return ending.size() + 1;
    return 0;
}

/// The same in either case; an s may also be a long one (U+017F), which folds to s.
size_t any_case_contraction(std::string_view text, size_t at) {
    if (text[at] != '\'') return 0;
    if (text.substr(at + 1).starts_with("\u017F")) return 3;
    std::string start(text.substr(at, 3));
    for (char& c : start)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return contraction(start, 0);
}

/// `\s+(?!\S)|\s+`: white space, except its last character if a word follows, which then takes it.
size_t blanks_end(std::string_view text, size_t at) {
    const size_t end = run_end(text, at, CharClass::Space);
    if (end == text.size()) return end;
    size_t last = end;
    previous_character(text, last);
    return last > at ? last : end;
}

/// `\s*[\r\n]+`: white space up to its last line break. Without one: `at`.
size_t lines_end(std::string_view text, size_t at) {
    const std::string_view blanks = text.substr(at, run_end(text, at, CharClass::Space) - at);
    const size_t last = blanks.find_last_of("\r\n");
    return last == std::string_view::npos ? at : at + last + 1;
}

size_t line_breaks_end(std::string_view text, size_t at) {
    return std::min(text.find_first_not_of("\r\n", at), text.size());
}

/// 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
size_t gpt2_word_end(std::string_view text, size_t at) {
    if (const size_t length = contraction(text, at)) return at + length;
    const size_t start = at + (text[at] == ' ' ? 1 : 0);
    const CharClass run = start < text.size() ? class_at(text, start) : CharClass::Space;
    return run == CharClass::Space ? blanks_end(text, at) : run_end(text, start, run);
}

/// `[^\r\n\p{L}\p{N}]?\p{L}+`. If that does not match: `at`.
size_t letters_end(std::string_view text, size_t at) {
    size_t next = at;
    const int32_t first = next_character(text, next);
    const CharClass first_class = char_class(first);
    if (first_class == CharClass::Letter) return run_end(text, at, CharClass::Letter);
    if (first_class == CharClass::Number || first == '\r' || first == '\n') return at;
    const size_t end = run_end(text, next, CharClass::Letter);
    return end > next ? end : at;
}

/// (?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,DIGITS}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|
/// \s+(?!\S)|\s+
template <size_t digits>
size_t llama3_word_end(std::string_view text, size_t at) {
    if (const size_t length = any_case_contraction(text, at)) return at + length;
    if (const size_t end = letters_end(text, at); end > at) return end;
    if (const size_t end = run_end(text, at, CharClass::Number, digits); end > at) return end;
    const size_t start = at + (text[at] == ' ' ? 1 : 0);
    if (const size_t end = run_end(text, start, CharClass::Other); end > start) return line_breaks_end(text, end);
    if (const size_t end = lines_end(text, at); end > at) return end;
    return blanks_end(text, at);
}

/// `\w+|[^\w\s]+` at `at`, or `at` if white space is there.
size_t word_or_symbols_end(std::string_view text, size_t at) {
    size_t next = at;
    const int32_t first = next_character(text, next);
    if (is_space(first)) return at;
    const bool word = is_word_character(first);
    for (at = next; next < text.size(); at = next) {
        const int32_t character = next_character(text, next);
        if (is_word_character(character) != word || is_space(character)) return at;
    }
    return at;
}

/// A pattern that says where the word that begins at a place ends; at places where none begins it answers the place.
class WordPattern : public Pattern {
public:
    using WordEnd = size_t (*)(std::string_view text, size_t at);

    explicit WordPattern(WordEnd word_end) : word_end_(word_end) {}

    void find(std::string_view text, std::vector<Match>& matches) const override {
        for (size_t at = 0; at < text.size();) {
            const size_t end = word_end_(text, at);
            if (end > at)
                matches.push_back({at, end}), at = end;
            else
                next_character(text, at);
        }
    }

private:
    WordEnd word_end_;
};

constexpr std::array<std::pair<std::string_view, WordPattern::WordEnd>, 3> known{
    {{R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)", gpt2_word_end},
     {R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|)"
      R"(\s+(?!\S)|\s+)",
      llama3_word_end<3>},
     {R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|)"
      R"(\s+(?!\S)|\s+)",
      llama3_word_end<1>}}};

}  // namespace

std::shared_ptr<const Pattern> known_pattern(std::string_view expression) {
    for (const auto& [text, word_end] : known)
        if (text == expression) return std::make_shared<WordPattern>(word_end);
    return nullptr;
}

std::shared_ptr<const Pattern> gpt2_words() { return std::make_shared<WordPattern>(gpt2_word_end); }

std::shared_ptr<const Pattern> words_and_symbols() { return std::make_shared<WordPattern>(word_or_symbols_end); }

}  // namespace fanlight
