#include "core/text/pattern.h"

#include "core/base/error.h"
#include "core/text/known_patterns.h"
#include "core/text/regular_expression.h"
#include "core/text/unicode.h"

namespace fanlight {

namespace {

class LiteralPattern : public Pattern {
public:
    explicit LiteralPattern(std::string literal) : literal_(std::move(literal)) {}

    void find(std::string_view text, std::vector<Match>& matches) const override {
        if (literal_.empty()) return find_nothing(text, matches);
        for (size_t at = 0; (at = text.find(literal_, at)) != std::string_view::npos; at += literal_.size())
            matches.push_back({at, at + literal_.size()});
    }

private:
    /// As a regular expression, an empty text is found before each character and at the end.
    static void find_nothing(std::string_view text, std::vector<Match>& matches) {
        for (size_t at = 0; at < text.size(); next_character(text, at)) matches.push_back({at, at});
        matches.push_back({text.size(), text.size()});
    }

    std::string literal_;
};

class CharacterPattern : public Pattern {
public:
    explicit CharacterPattern(std::function<bool(int32_t)> predicate) : predicate_(std::move(predicate)) {}

    void find(std::string_view text, std::vector<Match>& matches) const override {
        for (size_t at = 0; at < text.size();) {
            const size_t begin = at;
            if (predicate_(next_character(text, at))) matches.push_back({begin, at});
        }
    }

private:
    std::function<bool(int32_t)> predicate_;
};

}  // namespace

std::shared_ptr<const Pattern> make_pattern(const Json& pattern, const Place& where) {
    if (pattern.is_object() && pattern.size() == 1) {
        const std::string& kind = pattern.begin().key();
        const Json& value = pattern.begin().value();
        if (kind == "String" && value.is_string()) return std::make_shared<LiteralPattern>(value.get<std::string>());
        if (kind == "Regex" && value.is_string()) {
            const auto& expression = value.get_ref<const std::string&>();
            if (auto known = known_pattern(expression)) return known;
            return regular_expression(expression, where);
        }
    }
    throw Error("%1: the pattern must be {\"String\": \"…\"} or {\"Regex\": \"…\"}, not %2", where,
                excerpt(to_line(pattern)));
}

void check_text_size(size_t bytes) {
    if (bytes > kMaxTextBytes) throw Error("A tokenizer takes and makes texts of at most %1 bytes", kMaxTextBytes);
}

std::string replace_matches(std::string_view text, const Pattern& pattern, std::string_view content) {
    if (text.empty()) return {};
    std::vector<Match> matches;
    pattern.find(text, matches);
    check_text_size(text.size());
    if (!content.empty() && matches.size() > kMaxTextBytes / content.size()) check_text_size(kMaxTextBytes + 1);
    std::string replaced;
    size_t done = 0;
    for (const Match& match : matches) {
        replaced.append(text, done, match.begin - done).append(content);
        done = match.end;
    }
    return replaced.append(text, done);
}

std::shared_ptr<const Pattern> make_character_pattern(std::function<bool(int32_t character)> predicate) {
    return std::make_shared<CharacterPattern>(std::move(predicate));
}

}  // namespace fanlight
