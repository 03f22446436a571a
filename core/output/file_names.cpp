#include "core/output/file_names.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <cstring>
#include <iterator>
#include <limits>

#include "core/base/error.h"
#include "core/base/number_text.h"
#include "core/base/text.h"

namespace fanlight {

namespace {

constexpr size_t max_slug_bytes = 60;
constexpr size_t max_name_bytes = 200;
constexpr size_t min_index_digits = 5;
constexpr std::string_view no_file_name_character = "/\\<>:\"|?*";  // on Linux or Windows

void append_character(std::string& text, UChar32 c) {
    char bytes[U8_MAX_LENGTH];
    int32_t size = 0;
    U8_APPEND_UNSAFE(bytes, size, c);
    text.append(bytes, static_cast<size_t>(size));
}

bool is_mark(UChar32 c) { return (U_GET_GC_MASK(c) & (U_GC_MN_MASK | U_GC_MC_MASK)) != 0; }

bool is_ignorable(UChar32 c) { return u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT); }

/// The longest prefix of at most `max_bytes` that does not split a character.
std::string_view cut(std::string_view text, size_t max_bytes) {
    if (text.size() <= max_bytes) return text;
    while (max_bytes > 0 && U8_IS_TRAIL(text[max_bytes])) --max_bytes;
    return text.substr(0, max_bytes);
}

std::string padded(int64_t number) {
    const std::string digits = std::to_string(number);
    return std::string(min_index_digits - std::min(min_index_digits, digits.size()), '0') + digits;
}

struct Token {
    std::string_view name;
    std::string (*text)(const Item& item);
};

constexpr Token tokens[] = {
    {"index", [](const Item& item) { return padded(item.index); }},
    {"row", [](const Item& item) { return padded(item.row); }},
    {"seed", [](const Item& item) { return std::to_string(item.task.seed()); }},
    {"prompt", [](const Item& item) { return slug(item.task.prompt()); }},
    {"steps", [](const Item& item) { return std::to_string(image_of(item).steps); }},
    {"cfg", [](const Item& item) { return number_text(image_of(item).cfg_scale); }},
    {"width", [](const Item& item) { return std::to_string(image_of(item).width); }},
    {"height", [](const Item& item) { return std::to_string(image_of(item).height); }},
    {"sampler", [](const Item& item) { return slug(image_of(item).sampler); }},
    {"schedule", [](const Item& item) { return slug(image_of(item).schedule); }},
    {"model", [](const Item& item) { return slug(recipe_of(item).model); }},
};

std::string token_list() {
    std::vector<std::string> names;
    for (const Token& token : tokens) names.push_back("[" + std::string(token.name) + "]");
    return listed(names).text();
}

const Token& find_token(std::string_view name, const std::string& pattern) {
    const auto found =
        std::find_if(std::begin(tokens), std::end(tokens), [&](const Token& t) { return t.name == name; });
    if (found == std::end(tokens))
        throw UsageError("--name-pattern %1: there is no token [%2]; use %3", pattern, name, token_list());
    return *found;
}

bool is_forbidden(UChar32 c) {
    if (c < 0 || u_iscntrl(c) || is_ignorable(c)) return true;
    return c < 0x80 && no_file_name_character.find(static_cast<char>(c)) != std::string_view::npos;
}

void check_literal(std::string_view text, const std::string& pattern) {
    if (text.find("..") != std::string_view::npos)
        throw UsageError("--name-pattern %1: \"..\" cannot be part of a file name; leave it out", pattern);
    for (int32_t i = 0; i < static_cast<int32_t>(text.size());) {
        UChar32 c = 0;
        U8_NEXT(text.data(), i, static_cast<int32_t>(text.size()), c);
        if (!is_forbidden(c)) continue;
        if (c > 0x20 && c < 0x7F)
            throw UsageError("--name-pattern %1: \"%2\" cannot be part of a file name; leave it out", pattern,
                             static_cast<char>(c));
        throw UsageError("--name-pattern has a control or invisible character; leave it out");
    }
}

/// Whether Windows keeps the name for a device, whatever follows the first dot: "con", "Aux.txt", "COM1". It counts
/// superscript digits, too.
bool is_device_name(std::string_view stem) {
    constexpr std::string_view devices[] = {"con", "prn", "aux", "nul", "conin$", "conout$"};
    constexpr std::string_view ports[] = {"com", "lpt"};
    constexpr std::string_view digits[] = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "¹", "²", "³"};
    std::string name(stem.substr(0, stem.find('.')));
    name.erase(name.find_last_not_of(' ') + 1);
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    const auto is_among = [](const auto& names, std::string_view one) {
        return std::find(std::begin(names), std::end(names), one) != std::end(names);
    };
    return is_among(devices, name) ||
           (name.size() > 3 && is_among(ports, name.substr(0, 3)) && is_among(digits, name.substr(3)));
}

/// A pattern, checked and parsed once into literal texts and tokens.
class NamePattern {
public:
    explicit NamePattern(const std::string& pattern) {
        std::string_view rest = pattern;
        if (rest.ends_with(ImageTask::suffix)) rest.remove_suffix(std::strlen(ImageTask::suffix));
        if (trimmed(rest).empty()) throw UsageError("--name-pattern is empty; use text and %1", token_list());
        while (!rest.empty()) take_part(rest, pattern);
    }

    /// Without the extension.
    std::string stem(const Item& item) const {
        std::string text;
        for (const Part& part : parts_) append(text, part.token ? part.token->text(item) : part.literal);
        text.erase(0, std::min(text.find_first_not_of(" .-"), text.size()));
        text.erase(text.find_last_not_of(" .-") + 1);
        return is_device_name(text) ? "_" + text : text;
    }

private:
    struct Part {
        std::string literal;
        const Token* token = nullptr;
    };

    void take_part(std::string_view& rest, const std::string& pattern) {
        const size_t open = std::min(rest.find('['), rest.size());
        if (open > 0) {
            check_literal(rest.substr(0, open), pattern);
            parts_.push_back({std::string(rest.substr(0, open))});
            rest.remove_prefix(open);
            return;
        }
        const size_t close = rest.find(']');
        if (close == std::string_view::npos)
            throw UsageError("--name-pattern %1: a \"[\" is not closed; use %2", pattern, token_list());
        parts_.push_back({"", &find_token(rest.substr(1, close - 1), pattern)});
        rest.remove_prefix(close + 1);
    }

    /// Two dashes or dots that become adjacent through an empty token are merged.
    static void append(std::string& text, std::string_view part) {
        if (!text.empty() && !part.empty() && text.back() == part.front() && (part[0] == '-' || part[0] == '.'))
            part.remove_prefix(1);
        text += part;
    }

    std::vector<Part> parts_;
};

/// Uses no more memory than necessary: a run keeps all of them.
std::string file_name(std::string_view stem, std::string_view suffix) {
    const std::string_view kept = cut(stem, max_name_bytes - suffix.size());
    std::string name;
    name.reserve(kept.size() + suffix.size());
    return name.append(kept).append(suffix);
}

bool becomes_file(const Item& item) { return !item.task.suffix().empty(); }

bool all_named_and_unique(const std::vector<Item>& items) {
    std::vector<std::string_view> names;
    names.reserve(items.size());
    for (const Item& item : items) {
        if (!becomes_file(item)) continue;
        if (item.place == item.task.suffix()) return false;
        names.push_back(item.place);
    }
    std::sort(names.begin(), names.end());
    return std::adjacent_find(names.begin(), names.end()) == names.end();
}

}  // namespace

std::string slug(std::string_view text) {
    text = text.substr(0, std::numeric_limits<int32_t>::max());
    std::string result;
    bool after_letter = false;
    for (int32_t i = 0; i < static_cast<int32_t>(text.size()) && result.size() <= max_slug_bytes;) {
        UChar32 c = 0;
        U8_NEXT(text.data(), i, static_cast<int32_t>(text.size()), c);
        if (c >= 0 && is_ignorable(c)) continue;
        const bool letter = c >= 0 && (u_isalnum(c) || c == '_');
        const bool mark = c >= 0 && is_mark(c) && after_letter;
        if (letter || mark)
            append_character(result, u_tolower(c));
        else if (!result.empty() && !result.ends_with('-'))
            result += '-';
        after_letter = letter || mark;
    }
    std::string_view kept = cut(result, max_slug_bytes);
    if (kept.ends_with('-')) kept.remove_suffix(1);
    return std::string(kept);
}

void name_items(std::vector<Item>& items, const std::string& pattern) {
    const NamePattern name_pattern(pattern);
    for (Item& item : items)
        if (becomes_file(item)) item.place = file_name(name_pattern.stem(item), item.task.suffix());
    if (all_named_and_unique(items)) return;
    for (Item& item : items) {
        if (!becomes_file(item)) continue;
        const std::string stem = name_pattern.stem(item);
        item.place = file_name(stem.empty() ? padded(item.index) : padded(item.index) + "-" + stem, item.task.suffix());
    }
}

}  // namespace fanlight
