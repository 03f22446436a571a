#include "core/text/regular_expression.h"

#include <unicode/regex.h>
#include <unicode/utf16.h>
#include <unicode/utf8.h>

#include "core/base/error.h"

namespace fanlight {

namespace {

/// Milliseconds, about; ICU counts steps.
constexpr int32_t kMaxTime = 10'000;
constexpr int32_t kMaxStackBytes = 64 << 20;

/// Oniguruma's \w has six numbers of Latin-1 more outside of brackets than within.
std::string_view class_in_icu(char escape, bool in_brackets) {
    switch (escape) {
        case 's':
            return R"(\p{White_Space})";
        case 'S':
            return R"(\P{White_Space})";
        case 'w':
            return in_brackets ? R"([\p{Alphabetic}\p{M}\p{Nd}\p{Pc}])"
                               : R"([\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\u00B2\u00B3\u00B9\u00BC-\u00BE])";
        case 'W':
            return in_brackets ? R"([^\p{Alphabetic}\p{M}\p{Nd}\p{Pc}])"
                               : R"([^\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\u00B2\u00B3\u00B9\u00BC-\u00BE])";
        case 'h':
            return "[0-9A-Fa-f]";
        case 'H':
            return "[^0-9A-Fa-f]";
        default:
            return {};
    }
}

/// "(?im-x" at the start of `rest`: its length, or 0.
size_t options_length(std::string_view rest) {
    if (!rest.starts_with("(?")) return 0;
    const size_t end = rest.find_first_not_of("imx-", 2);
    return end != std::string_view::npos && (rest[end] == ')' || rest[end] == ':') ? end : 0;
}

/// Byte offsets for offsets in UTF-16, as long as these never go down.
class ByteOffsets {
public:
    explicit ByteOffsets(std::string_view text) : text_(text) {}

    size_t of(int64_t utf16_offset) {
        while (utf16_ < utf16_offset) {
            int32_t character = 0;
            U8_NEXT_UNSAFE(text_.data(), byte_, character);
            utf16_ += U16_LENGTH(character);
        }
        return byte_;
    }

private:
    std::string_view text_;
    size_t byte_ = 0;
    int64_t utf16_ = 0;
};

class IcuPattern : public Pattern {
public:
    IcuPattern(std::unique_ptr<icu::RegexPattern> compiled, Place where)
        : compiled_(std::move(compiled)), where_(std::move(where)) {}

    void find(std::string_view text, std::vector<Match>& matches) const override {
        const icu::UnicodeString utf16 = icu::UnicodeString::fromUTF8({text.data(), static_cast<int32_t>(text.size())});
        UErrorCode status = U_ZERO_ERROR;
        const std::unique_ptr<icu::RegexMatcher> matcher(compiled_->matcher(utf16, status));
        if (matcher) {
            matcher->setTimeLimit(kMaxTime, status);
            matcher->setStackLimit(kMaxStackBytes, status);
            find_all(*matcher, utf16, ByteOffsets(text), matches, status);
        }
        if (U_FAILURE(status)) throw Error("%1: matching takes too long (%2)", where_, u_errorName(status));
    }

private:
    /// Oniguruma's rule: no empty match right behind another match; the search goes on one character later.
    static void find_all(icu::RegexMatcher& matcher, const icu::UnicodeString& text, ByteOffsets offsets,
                         std::vector<Match>& matches, UErrorCode& status) {
        int64_t from = 0, last_end = -1;
        while (from <= text.length() && matcher.find(from, status) && U_SUCCESS(status)) {
            const int64_t begin = matcher.start64(status), end = matcher.end64(status);
            if (begin == end && end == last_end) {
                from = text.moveIndex32(static_cast<int32_t>(from), 1) + (from == text.length() ? 1 : 0);
                continue;
            }
            from = last_end = end;
            const size_t begin_byte = offsets.of(begin);
            matches.push_back({begin_byte, offsets.of(end)});
        }
    }

    std::unique_ptr<icu::RegexPattern> compiled_;
    Place where_;
};

}  // namespace

std::string icu_syntax(std::string_view expression) {
    constexpr std::string_view punctuation = "[:punct:]";
    std::string icu;
    int brackets = 0;  // that are open
    for (size_t i = 0; i < expression.size(); ++i) {
        const std::string_view rest = expression.substr(i);
        if (const size_t length = options_length(rest); length > 0 && brackets == 0) {
            for (const char c : rest.substr(0, length)) icu += c == 'm' ? 's' : c;
            i += length - 1;
        } else if (rest[0] == '\\' && rest.size() > 1) {
            const std::string_view replaced = class_in_icu(rest[1], brackets > 0);
            icu += replaced.empty() ? rest.substr(0, 2) : replaced;
            ++i;
        } else if (brackets > 0 && rest.starts_with(punctuation)) {
            icu += R"(\p{P}\p{S})";
            i += punctuation.size() - 1;
        } else {
            brackets += rest[0] == '[' ? 1 : rest[0] == ']' && brackets > 0 ? -1 : 0;
            icu += rest[0];
        }
    }
    return icu;
}

std::shared_ptr<const Pattern> regular_expression(std::string_view expression, const Place& where) {
    constexpr size_t max_bytes = 20'000;
    if (expression.size() > max_bytes) throw Error("%1: a regular expression of more than %2 bytes", where, max_bytes);
    UErrorCode status = U_ZERO_ERROR;
    UParseError place{};
    const auto options = static_cast<uint32_t>(UREGEX_MULTILINE | UREGEX_UNIX_LINES);  // as in Ruby
    std::unique_ptr<icu::RegexPattern> compiled(
        icu::RegexPattern::compile(icu::UnicodeString::fromUTF8(icu_syntax(expression)), options, place, status));
    if (!compiled || U_FAILURE(status))
        throw Error("%1: the regular expression %2 cannot be used (%3)", where,
                    excerpt(to_line(std::string(expression)), 100), u_errorName(status));
    return std::make_shared<IcuPattern>(std::move(compiled), where);
}

}  // namespace fanlight
