#include "core/prompts/list_columns.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/prompts/list_encoding.h"
#include "core/prompts/prompt_column.h"
#include "core/prompts/prompt_table.h"
#include "core/prompts/prompt_text.h"

namespace fanlight {

namespace {

constexpr size_t max_columns = 256;  ///< of a list that somebody can explain; its reader says what others are

ListColumn column_of(const std::string& title, std::string example, const ListReading& reading) {
    ListColumn column{.title = title, .example = std::move(example)};
    try {
        const PromptColumn meaning = column_named(title, {}, "", reading);
        column.parameter = meaning.is_prompt ? "prompt" : meaning.rule ? meaning.rule->name : "";
    } catch (const UsageError&) {
        column.is_foreign = true;
    }
    return column;
}

std::vector<ListColumn> table_columns(std::string_view text, char preferred, const ListReading& reading) {
    std::vector<ListColumn> columns;
    auto titles = titles_of_table(text, preferred, reading);
    if (titles.size() > max_columns) return columns;
    for (auto& [title, example] : titles) columns.push_back(column_of(title, std::move(example), reading));
    return columns;
}

std::vector<ListColumn> object_columns(std::string_view text, const ListReading& reading) {
    std::vector<ListColumn> columns;
    each_line(text, [&](std::string_view line, int64_t) {
        const auto object = nlohmann::ordered_json::parse(line, nullptr, false);
        if (!object.is_object() || columns.size() > max_columns) return;
        for (const auto& [key, value] : object.items()) {
            if (columns.size() > max_columns) return;
            const auto same = [&key = key](const ListColumn& column) { return column.title == key; };
            if (std::any_of(columns.begin(), columns.end(), same)) continue;
            std::string example = value.is_string()       ? value.get<std::string>()
                                  : value.is_structured() ? ""
                                                          : value.dump();
            columns.push_back(column_of(key, std::move(example), reading));
        }
    });
    if (columns.size() > max_columns) columns.clear();
    return columns;
}

}  // namespace

std::vector<ListColumn> list_columns(std::string_view bytes, ListFormat format, const ListReading& reading) {
    try {
        const std::string text = utf8_of_list(std::string(bytes), "");
        if (format == ListFormat::Csv) return table_columns(text, ',', reading);
        if (format == ListFormat::Tsv) return table_columns(text, '\t', reading);
        if (format == ListFormat::JsonLines) return object_columns(text, reading);
    } catch (const UsageError&) {  // its reader says where
    }
    return {};
}

std::vector<ListColumn> list_columns(const std::filesystem::path& file, const ListReading& reading) {
    const auto format = list_format_of(file);
    if (!format || *format == ListFormat::Text) return {};
    try {
        return list_columns(read_list_file(file), *format, reading);
    } catch (const Error&) {
        return {};
    }
}

bool need_meaning(const std::vector<ListColumn>& columns) {
    const auto is_prompt = [](const ListColumn& column) { return column.parameter == "prompt"; };
    const auto is_foreign = [](const ListColumn& column) { return column.is_foreign; };
    return std::any_of(columns.begin(), columns.end(), is_foreign) ||
           (!columns.empty() && std::none_of(columns.begin(), columns.end(), is_prompt));
}

}  // namespace fanlight
