#include "core/batch/prompt_attention.h"

#include <charconv>
#include <cmath>
#include <functional>
#include <optional>

#include "core/batch/word_characters.h"

namespace fanlight {

namespace {

constexpr double round_bracket = 1.1, square_bracket = 1 / 1.1;

/// Deeper brackets are text: their weights would soon be no finite numbers, and take time by the square of their
/// number.
constexpr size_t max_open_brackets = 64;

enum class Kind { Text, Escape, Round, RoundEnd, WeightEnd, Square, SquareEnd };

struct Token {
    Kind kind;
    std::string_view source;
    double weight = 1;  ///< of WeightEnd
};

size_t past_spaces(std::string_view text, size_t at) {
    while (at < text.size() && is_space(character_at(text, at))) at = next_character(text, at);
    return at;
}

size_t before_spaces(std::string_view text, size_t at) {
    while (at > 0 && is_space(character_before(text, at))) {
        auto previous = static_cast<int32_t>(at);
        U8_BACK_1(reinterpret_cast<const uint8_t*>(text.data()), 0, previous);
        at = static_cast<size_t>(previous);
    }
    return at;
}

/// A closing bracket with the weight before it: `:1.2)`, with blanks around the number.
std::optional<Token> weight_end(std::string_view text) {
    const size_t begin = past_spaces(text, 1);
    size_t end = begin + (begin < text.size() && (text[begin] == '+' || text[begin] == '-') ? 1 : 0);
    const size_t digits = end;
    while (end < text.size() && ((text[end] >= '0' && text[end] <= '9') || text[end] == '.')) ++end;
    const size_t close = past_spaces(text, end);
    if (end == digits || close == text.size() || text[close] != ')') return std::nullopt;
    const char* first = text.data() + begin + (text[begin] == '+' ? 1 : 0);
    double weight = 0;
    const auto [rest, error] = std::from_chars(first, text.data() + end, weight, std::chars_format::fixed);
    if (error != std::errc() || rest != text.data() + end || !std::isfinite(weight)) return std::nullopt;
    return Token{Kind::WeightEnd, text.substr(0, close + 1), weight};
}

Token next_token(std::string_view text) {
    const auto one = [&](Kind kind) { return Token{kind, text.substr(0, 1)}; };
    switch (text[0]) {
        case '(':
            return one(Kind::Round);
        case '[':
            return one(Kind::Square);
        case ')':
            return one(Kind::RoundEnd);
        case ']':
            return one(Kind::SquareEnd);
        case ':':
            return weight_end(text).value_or(one(Kind::Text));
        case '\\': {
            const bool escapes = text.size() > 1 && std::string_view("()[]\\").find(text[1]) != std::string_view::npos;
            return {Kind::Escape, text.substr(0, escapes ? 2 : 1)};
        }
        default:
            return {Kind::Text, text.substr(0, std::min(text.find_first_of("\\()[]:"), text.size()))};
    }
}

constexpr std::string_view break_word = "BREAK";

/// The next BREAK that is a word of its own; npos: none.
size_t find_break(std::string_view text, size_t at) {
    for (at = text.find(break_word, at); at != std::string_view::npos; at = text.find(break_word, at + 1))
        if (!is_word(character_before(text, at)) && !is_word(character_at(text, at + break_word.size()))) return at;
    return at;
}

/// Goes through a prompt and multiplies as its brackets close.
class Reader {
public:
    using Mark = std::function<void(std::string_view source, PromptMark mark)>;

    explicit Reader(Mark mark) : mark_(std::move(mark)) {}

    void read(std::string_view prompt) {
        while (!prompt.empty()) {
            const Token token = next_token(prompt);
            take(token);
            prompt.remove_prefix(token.source.size());
        }
        for (const size_t first : round_) multiply(first, round_bracket);
        for (const size_t first : square_) multiply(first, square_bracket);
    }

    std::vector<PromptPart> merged() {
        std::vector<PromptPart> merged;
        for (PromptPart& part : parts_) {
            const bool joins =
                !merged.empty() && !part.is_break && !merged.back().is_break && merged.back().weight == part.weight;
            if (joins)
                merged.back().text += part.text;
            else
                merged.push_back(std::move(part));
        }
        if (merged.empty()) merged.emplace_back();
        return merged;
    }

private:
    void take(const Token& token) {
        switch (token.kind) {
            case Kind::Round:
                return open(round_, token);
            case Kind::Square:
                return open(square_, token);
            case Kind::RoundEnd:
                return close(round_, token, round_bracket);
            case Kind::WeightEnd:
                return close(round_, token, token.weight);
            case Kind::SquareEnd:
                return close(square_, token, square_bracket);
            case Kind::Escape:
                mark_(token.source, PromptMark::Escape);
                return add(token.source.substr(1));
            case Kind::Text:
                return take_text(token.source);
        }
    }

    void open(std::vector<size_t>& brackets, const Token& token) {
        if (brackets.size() == max_open_brackets) return add(token.source);
        brackets.push_back(parts_.size());
        mark_(token.source, PromptMark::Bracket);
    }

    void close(std::vector<size_t>& brackets, const Token& token, double weight) {
        if (brackets.empty()) return add(token.source);
        multiply(brackets.back(), weight);
        brackets.pop_back();
        const size_t number = token.source.size() - 1;
        if (number > 0) mark_(token.source.substr(0, number), PromptMark::Weight);
        mark_(token.source.substr(number), PromptMark::Bracket);
    }

    void take_text(std::string_view text) {
        size_t at = 0;
        for (size_t found; (found = find_break(text, at)) != std::string_view::npos;) {
            add(text.substr(at, std::max(at, before_spaces(text, found)) - at));
            mark_(text.substr(found, break_word.size()), PromptMark::Break);
            parts_.push_back({.text = std::string(break_word), .is_break = true});
            at = past_spaces(text, found + break_word.size());
        }
        add(text.substr(at));
    }

    void add(std::string_view text) { parts_.push_back({.text = std::string(text)}); }

    void multiply(size_t first, double weight) {
        for (size_t i = first; i < parts_.size(); ++i)
            if (!parts_[i].is_break) parts_[i].weight *= weight;
    }

    const Mark mark_;
    std::vector<PromptPart> parts_;
    std::vector<size_t> round_, square_;  ///< the part after each open bracket
};

}  // namespace

std::vector<PromptPart> prompt_parts(std::string_view prompt) {
    Reader reader([](std::string_view, PromptMark) {});
    reader.read(prompt);
    return reader.merged();
}

std::vector<MarkedText> attention_marks(std::string_view prompt) {
    std::vector<MarkedText> marks;
    Reader reader([&](std::string_view source, PromptMark mark) {
        const auto begin = static_cast<size_t>(source.data() - prompt.data());
        marks.push_back({begin, begin + source.size(), mark});
    });
    reader.read(prompt);
    return marks;
}

}  // namespace fanlight
