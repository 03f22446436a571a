#include "core/prompts/list_writer.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/batch/blanks.h"
#include "core/batch/parameter_rules.h"
#include "core/prompts/prompt_column.h"
#include "core/prompts/prompt_json.h"

namespace fanlight {

namespace {

bool says_nothing(const Json& row) {
    const auto values = std::ranges::count_if(row, [](const Json& value) { return !value.is_null(); });
    return values == 1 && is_blank(row[prompt_name].get_ref<const std::string&>());
}

std::string value_text(const Json& value) {
    if (value.is_null()) return "";
    return value.is_string() ? value.get<std::string>() : value.dump();
}

bool has_negative_cell(const PromptRow& row) {
    return row.overrides.negative_prompt || row.overrides.blank_negative_prompt;
}

/// What a row says of its negative prompt that a cell cannot: none is no empty cell, and that no empty text.
void tell_negative(const PromptRow& row, Json& values) {
    const auto& negative = row.overrides.negative_prompt;
    if (!has_negative_cell(row)) values[has_negative_name] = "no";
    if (negative && is_blank(*negative)) values[has_negative_name] = "yes";
}

/// The names of what some row sets, in the order of the rules, and behind them those of the list's own columns.
std::vector<std::string> columns_of(const std::vector<Json>& rows) {
    std::set<std::string> used;
    for (const Json& row : rows)
        for (const auto& [name, value] : row.items()) used.insert(name);
    used.erase(prompt_name);
    used.insert("seed");  // no row can be like such a header, which would be taken for the header of a second table
    std::vector<std::string> columns = {prompt_name};
    const auto take = [&](const std::string& name) {
        if (used.erase(name) > 0) columns.push_back(name);
    };
    for (const ParameterRule& rule : parameter_rules()) {
        take(rule.name);
        if (rule.name == std::string_view("negative_prompt")) take(has_negative_name);
    }
    columns.insert(columns.end(), used.begin(), used.end());
    return columns;
}

std::string cell_text(const std::string& text, char delimiter) {
    const char special[] = {delimiter, '"', '\n', '\r'};
    if (text.find_first_of({special, sizeof special}) == std::string::npos && first_visible(text) == 0) return text;
    std::string quoted = "\"";
    for (const char byte : text) quoted += byte == '"' ? std::string("\"\"") : std::string(1, byte);
    return quoted + '"';
}

std::string table_text(const std::vector<Json>& rows, char delimiter) {
    const std::vector<std::string> columns = columns_of(rows);
    std::string text;
    const auto write_line = [&](const auto& cell_of) {
        for (const std::string& column : columns) {
            if (column != columns.front()) text += delimiter;
            text += cell_text(cell_of(column), delimiter);
        }
        text += '\n';
    };
    write_line([](const std::string& column) { return column; });
    for (const Json& row : rows)
        write_line([&row](const std::string& column) {
            const auto value = row.find(column);
            return value == row.end() ? std::string() : value_text(*value);
        });
    return text;
}

/// Whether a line of text means the prompt that it is. Some that do are not seen to.
bool is_plain_line(std::string_view prompt) {
    constexpr std::string_view other_meanings = "#!-";  // a comment, a setting, options
    if (prompt.empty() || first_visible(prompt) != 0 || without_blanks(prompt) != prompt) return false;
    const bool may_be_section = prompt.starts_with('[') && prompt.ends_with(']');
    return !may_be_section && other_meanings.find(with_plain_dashes(prompt).front()) == std::string_view::npos;
}

std::string quoted_word(std::string_view text) {
    std::string word = "\"";
    for (const char byte : text) {
        if (byte == '"' || byte == '\\') word += '\\';
        word += byte;
    }
    return word + '"';
}

std::string option_line(const Json& row) {
    std::string line = std::string("--") + prompt_name + ' ' + quoted_word(value_text(row[prompt_name]));
    for (const auto& [name, value] : row.items()) {
        if (name == prompt_name || value.is_null()) continue;
        line += " --" + name + ' ' + (value.is_number() ? value.dump() : quoted_word(value_text(value)));
    }
    return line;
}

std::string text_line(const Json& row, const Place& source) {
    const std::string prompt = value_text(row[prompt_name]);
    const std::string line = row.size() == 1 && is_plain_line(prompt) ? prompt : option_line(row);
    if (line.find_first_of("\r\n") != std::string::npos)
        throw UsageError(
            "%1: a list that ends in .txt has a prompt a line and can hold no line break; save it as .jsonl or .csv.",
            source);
    return line + '\n';
}

}  // namespace

std::string list_text(const std::vector<PromptRow>& rows, ListFormat format) {
    const bool tells_negatives = std::ranges::any_of(rows, &has_negative_cell);
    std::vector<Json> table;
    std::string text;
    for (const PromptRow& row : rows) {
        Json values = prompt_values(row);
        if (says_nothing(values)) continue;
        const bool is_table = format == ListFormat::Csv || format == ListFormat::Tsv;
        if (is_table && tells_negatives) tell_negative(row, values);
        if (format == ListFormat::JsonLines)
            text += to_line(values) + '\n';
        else if (format == ListFormat::Text)
            text += text_line(values, row.source);
        else
            table.push_back(std::move(values));
    }
    if (table.empty()) return text;
    return table_text(table, format == ListFormat::Tsv ? '\t' : ',');
}

}  // namespace fanlight
