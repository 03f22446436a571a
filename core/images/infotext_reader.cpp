#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <limits>

#include "core/base/json.h"
#include "core/base/text.h"
#include "core/images/infotext.h"

// The pairs are those of A1111's pattern \s*(\w[\w \-/]+):\s*("(?:\\.|[^\\"])+"|[^,]*)(?:,|$) read from left to right,
// but in linear time and without a regular expression's recursion; in addition JSON values are read as a whole.
namespace fanlight {

namespace {

constexpr size_t npos = std::string_view::npos;
constexpr size_t fewest_pairs = 3;
constexpr std::string_view blanks = " \t\r\n\v\f";

/// \w, as Python means it: letters, digits and numbers of all scripts, and "_".
bool is_word(UChar32 c) {
    if (c < 0) return false;
    return c == '_' || u_isalnum(c) || u_charType(c) == U_LETTER_NUMBER || u_charType(c) == U_OTHER_NUMBER;
}

class PairScanner {
public:
    explicit PairScanner(std::string_view line) : line_(line.substr(0, std::numeric_limits<int32_t>::max())) {}

    bool next(std::string& key, std::string& value) {
        while (at_ < line_.size()) {
            if (!take_key(key)) continue;
            at_ = std::min(line_.find_first_not_of(blanks, at_), line_.size());
            value = take_value();
            return true;
        }
        return false;
    }

private:
    /// Moves past the next run of key characters, or past one other character. True if it was "Key:".
    bool take_key(std::string& key) {
        const size_t start = at_;
        if (!is_word(take_character())) return false;
        const size_t second = at_;
        size_t end = at_;
        while (at_ < line_.size()) {
            const UChar32 c = take_character();
            if (c == ':' && end > second) {
                key = line_.substr(start, end - start);
                return true;
            }
            if (!is_word(c) && c != ' ' && c != '-' && c != '/') break;
            end = at_;
        }
        return false;
    }

    UChar32 take_character() {
        auto i = static_cast<int32_t>(at_);
        UChar32 c = 0;
        U8_NEXT(line_.data(), i, static_cast<int32_t>(line_.size()), c);
        at_ = static_cast<size_t>(i);
        return c;
    }

    std::string take_value() {
        const char first = at_ < line_.size() ? line_[at_] : '\0';
        if (first == '"')
            if (const size_t end = after_quoted(at_); ends_value(end) && end > at_ + 2) return unquoted(take_to(end));
        if ((first == '[' || first == '{') && failed_json_ < max_failed_json) {
            if (const size_t end = after_json(at_); ends_value(end)) return std::string(take_to(end));
            ++failed_json_;  // each may scan to the end: bounded, so that hostile lines take linear time
        }
        return std::string(take_to(std::min(line_.find(',', at_), line_.size())));
    }

    /// The value up to `end`; skips the comma.
    std::string_view take_to(size_t end) {
        const std::string_view value = line_.substr(at_, end - at_);
        at_ = std::min(end + 1, line_.size());
        return trimmed(value);
    }

    bool ends_value(size_t end) const { return end != npos && (end == line_.size() || line_[end] == ','); }

    size_t after_quoted(size_t quote) const {
        for (size_t i = quote + 1; i < line_.size(); ++i) {
            if (line_[i] == '\\')
                ++i;
            else if (line_[i] == '"')
                return i + 1;
        }
        return npos;
    }

    /// The position after the bracket that closes the one at `i`; brackets inside strings do not count.
    size_t after_json(size_t i) const {
        for (int64_t depth = 0; i < line_.size(); ++i) {
            const char c = line_[i];
            if (c == '"') {
                i = after_quoted(i);
                if (i == npos) return npos;
                --i;
            }
            if (c == '[' || c == '{') ++depth;
            if ((c == ']' || c == '}') && --depth == 0) return i + 1;
        }
        return npos;
    }

    static std::string unquoted(std::string_view literal) {
        const Json value = Json::parse(literal, nullptr, false);
        return value.is_string() ? value.get<std::string>() : std::string(literal);
    }

    static constexpr int max_failed_json = 16;

    std::string_view line_;
    size_t at_ = 0;
    int failed_json_ = 0;
};

std::vector<std::pair<std::string, std::string>> scan_pairs(std::string_view line) {
    std::vector<std::pair<std::string, std::string>> pairs;
    PairScanner scanner(line);
    for (std::string key, value; scanner.next(key, value);) pairs.emplace_back(key, value);
    return pairs;
}

void append_line(std::string& text, std::string_view line) {
    if (!text.empty()) text += '\n';
    text += line;
}

/// Removes `prefix` and the blanks around the rest of the line; false if the line does not start with it.
bool take_prefix(std::string_view& line, std::string_view prefix) {
    if (!line.starts_with(prefix)) return false;
    line = trimmed(line.substr(prefix.size()));
    return true;
}

void read_prompts(std::string_view text, InfoText& info) {
    std::string* section = &info.prompt;
    for (size_t start = 0; start <= text.size();) {
        const size_t end = std::min(text.find('\n', start), text.size());
        std::string_view line = trimmed(text.substr(start, end - start));
        start = end + 1;
        if (section == &info.prompt) {
            if (take_prefix(line, "Negative prompt:")) section = &info.negative_prompt;
        } else if (take_prefix(line, "Template:")) {
            section = &info.prompt_template;
        } else if (take_prefix(line, "Negative template:")) {
            section = &info.negative_prompt_template;
        }
        append_line(*section, line);
    }
}

/// Before LoRAs were written into the prompt, hypernetworks were among the pairs.
void move_hypernetwork_into_prompt(InfoText& info) {
    const std::string name = info.value("Hypernet");
    if (name.empty()) return;
    const std::string strength = info.value("Hypernet strength");
    info.prompt += "<hypernet:" + name + ":" + (strength.empty() ? "1.0" : strength) + ">";
}

}  // namespace

InfoText parse_infotext(std::string_view text) {
    InfoText info;
    text = trimmed(text);
    const size_t last_line = text.rfind('\n') + 1;  // 0 if there is only one line
    info.pairs = scan_pairs(text.substr(last_line));
    if (info.pairs.size() < fewest_pairs) {
        info.pairs.clear();
    } else {
        text = trimmed(text.substr(0, last_line));
    }
    read_prompts(text, info);
    move_hypernetwork_into_prompt(info);
    return info;
}

}  // namespace fanlight
