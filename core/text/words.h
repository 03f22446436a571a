#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/place.h"
#include "core/text/pattern.h"

namespace fanlight {

/// A text on its way from one pre-tokeniser to the next: its words are parts of one buffer.
struct Words {
    struct Span {
        size_t begin;
        size_t end;
        bool first;  ///< begins where the whole text begins
    };

    std::string text;
    std::vector<Span> spans;  ///< none is empty

    std::string_view word(const Span& span) const {
        return std::string_view(text).substr(span.begin, span.end - span.begin);
    }
};

/// What becomes of the delimiters that a pattern finds, as tokenizer.json names it.
enum class Delimiters { Removed, Isolated, MergedWithPrevious, MergedWithNext, Contiguous };

/// Throws Error "WHERE: …" with the choices.
Delimiters parse_delimiters(std::string_view name, const Place& where);

/// Splits every word. `invert`: what lies between the pattern's matches are the delimiters.
void split_words(Words& words, const Pattern& pattern, Delimiters delimiters, bool invert = false);

/// Replaces every word by rewrite(word, span), which appends its answer to the string that it is given. Throws Error if
/// the text grows beyond kMaxTextBytes.
template <class Rewrite>
void rewrite_words(Words& words, const Rewrite& rewrite) {
    std::string text;
    text.reserve(words.text.size() + words.text.size() / 4);
    for (Words::Span& span : words.spans) {
        const size_t begin = text.size();
        rewrite(words.word(span), span, text);
        span.begin = begin;
        span.end = text.size();
        check_text_size(text.size());
    }
    words.text = std::move(text);
    std::erase_if(words.spans, [](const Words::Span& span) { return span.begin == span.end; });
}

}  // namespace fanlight
