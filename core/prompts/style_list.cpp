#include "core/prompts/style_list.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/batch/blanks.h"
#include "core/batch/parameter_rules.h"
#include "core/prompts/csv.h"

namespace fanlight {

namespace {

constexpr std::uintmax_t max_bytes = 16u << 20;
constexpr size_t most_styles = 100'000;

void add(Styles& styles, Style style, const Place& where) {
    for (const std::string* text : {&style.name, &style.prompt, &style.negative_prompt})
        check_text(*text, "style", where);
    style.name = trimmed(style.name);
    if (style.name.empty() || (style.prompt.empty() && style.negative_prompt.empty())) return;
    if (styles.all().size() == most_styles)
        throw UsageError("%1: there are more than %2 styles; keep those that you use.", where, most_styles);
    styles.add(std::move(style));
}

/// Where the columns are; npos: there is none.
struct Columns {
    size_t name = std::string::npos, prompt = std::string::npos, negative_prompt = std::string::npos;
};

Columns columns_in(const std::vector<CsvCell>& header, const std::string& file) {
    Columns columns;
    for (size_t i = 0; i < header.size(); ++i) {
        const std::string title = bare_name(header[i].text);
        if (title == "name") columns.name = i;
        if (title == "prompt" || title == "text") columns.prompt = i;
        if (title == "negative_prompt") columns.negative_prompt = i;
    }
    if (columns.name == std::string::npos || columns.prompt == std::string::npos)
        throw UsageError("%1: a list of styles has the columns name, prompt and negative_prompt.", place(file, {1, 1}));
    return columns;
}

void read_table(std::string_view text, const std::string& file, Styles& styles) {
    CsvReader reader(text, ',', file);
    const auto header = reader.next();
    if (!header) return;
    const Columns columns = columns_in(*header, file);
    while (const auto record = reader.next()) {
        const auto cell = [&](size_t column) { return column < record->size() ? (*record)[column].text : ""; };
        add(styles, {cell(columns.name), cell(columns.prompt), cell(columns.negative_prompt)},
            place(file, record->front().position));
    }
}

void read_json(std::string_view text, const std::string& file, Styles& styles) {
    const Json list = parse_json(text, file);
    if (!list.is_array()) throw UsageError("%1: must hold a list of styles.", file);
    for (size_t i = 0; i < list.size(); ++i) {
        const Place where = Sentence("%1, style %2", file, i + 1);
        if (!list[i].is_object()) throw UsageError("%1: must be an object with \"name\" and \"prompt\".", where);
        add(styles,
            {required<std::string>(list[i], "name", where), optional_or<std::string>(list[i], "prompt", "", where),
             optional_or<std::string>(list[i], "negative_prompt", "", where)},
            where);
    }
}

}  // namespace

void read_styles(std::string_view text, const std::string& name, Styles& styles) {
    const size_t begin = first_visible(text);
    const bool is_json = begin < text.size() && (text[begin] == '[' || text[begin] == '{');
    is_json ? read_json(text.substr(begin), name, styles) : read_table(text, name, styles);
}

Styles load_styles(const std::vector<std::filesystem::path>& files, std::vector<Sentence>& problems) {
    Styles styles;
    for (const std::filesystem::path& file : files) try {
            read_styles(read_file(file, max_bytes), file.string(), styles);
        } catch (const std::exception& error) {
            problems.push_back(sentence_of(error));
        }
    return styles;
}

}  // namespace fanlight
