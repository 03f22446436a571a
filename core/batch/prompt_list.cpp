#include "core/batch/prompt_list.h"

#include <map>

#include "core/base/file.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/batch/csv.h"
#include "core/batch/parameter_rules.h"

namespace fanlight {

namespace {

constexpr std::uintmax_t max_list_bytes = 1u << 30;

/// Calls `take(line, line_number)` for each line, whatever ends it.
template <typename Take>
void each_line(std::string_view text, Take take) {
    int64_t number = 1;
    for (size_t at = 0; at < text.size(); ++number) {
        const size_t end = std::min(text.find_first_of("\r\n", at), text.size());
        take(text.substr(at, end - at), number);
        at = end + (text.substr(end, 2) == "\r\n" ? 2 : 1);
    }
}

std::vector<PromptRow> read_text(std::string_view text, const std::string& name) {
    std::vector<PromptRow> rows;
    each_line(text, [&](std::string_view line, int64_t number) {
        const std::string_view prompt = trimmed(line);
        if (prompt.empty() || prompt.front() == '#') return;
        const std::string where = name + ", line " + std::to_string(number);
        check_text(prompt, "prompt", where);
        rows.push_back({std::string(prompt), {}, where});
    });
    return rows;
}

/// What a column of a table is for.
struct Column {
    bool is_prompt = false;
    const ParameterRule* rule = nullptr;  ///< nullptr and no prompt: known, and says nothing about new images
};

Column column_named(const std::string& title, const std::string& where) {
    if (normalised_name(title) == "prompt") return {.is_prompt = true};
    const ParameterRule* rule = find_parameter(title);
    if (!rule && !is_known_column(title))
        throw UsageError(where + ": \"" + title.substr(0, 60) + "\" is no parameter; known: " + known_parameters() + ".");
    return {.rule = rule};
}

std::vector<Column> read_header(const std::vector<CsvCell>& header, const std::string& name) {
    std::vector<Column> columns;
    bool has_prompt = false;
    for (const CsvCell& cell : header) {
        columns.push_back(column_named(cell.text, place(name, cell.position)));
        if (columns.back().is_prompt && has_prompt) throw UsageError(place(name, cell.position) + ": there are two prompt columns.");
        has_prompt |= columns.back().is_prompt;
    }
    if (!has_prompt) throw UsageError(name + ", line 1: no column is called prompt; the first line must name the columns.");
    return columns;
}

std::vector<PromptRow> read_table(std::string_view text, char delimiter, const std::string& name) {
    CsvReader reader(text, delimiter, name);
    const auto header = reader.next();
    if (!header) throw UsageError(name + " is empty: it holds no prompt.");
    const std::vector<Column> columns = read_header(*header, name);
    std::vector<PromptRow> rows;
    while (const auto cells = reader.next()) {
        if (cells->size() > columns.size())
            throw UsageError(place(name, (*cells)[columns.size()].position) + ": the row has " + std::to_string(cells->size()) + " cells and the header " +
                             std::to_string(columns.size()) + "; quote a cell that holds the delimiter.");
        PromptRow row{"", {}, name + ", line " + std::to_string(cells->front().position.line)};
        bool blank = true;
        for (size_t i = 0; i < cells->size(); ++i) {
            const CsvCell& cell = (*cells)[i];
            if (trimmed(cell.text).empty()) continue;
            blank = false;
            if (columns[i].is_prompt) {
                check_text(cell.text, "prompt", place(name, cell.position));
                row.prompt = cell.text;
            } else if (columns[i].rule) {
                columns[i].rule->read(cell.text, row.overrides, place(name, cell.position));
            }
        }
        if (!blank) rows.push_back(std::move(row));
    }
    return rows;
}

/// A JSON value as the text that a cell would hold.
std::string cell_text(const Json& value, const std::string& key, const std::string& where) {
    if (value.is_string()) return value.get<std::string>();
    if (value.is_number()) return value.dump();
    throw UsageError(where + ": \"" + key.substr(0, 60) + "\" must be a text or a number.");
}

PromptRow read_object(std::string_view line, const std::string& where) {
    Json object;
    try {
        object = parse_json(line, where, 8);
    } catch (const Error& error) {
        // The object is a line of its own: the column counts, its "line 1" does not.
        std::string sentence = error.what();
        if (const auto at = sentence.find(", line 1, column", where.size()); at != std::string::npos) sentence.erase(at, 8);
        throw UsageError(sentence);
    }
    if (!object.is_object()) throw UsageError(where + ", column 1: each line must be an object such as {\"prompt\": \"a dog\"}.");
    PromptRow row{"", {}, where};
    bool has_prompt = false;
    for (const auto& [key, value] : object.items()) {
        const std::string at = where + ", column " + std::to_string(line.find("\"" + key + "\"") + 1);
        const Column column = column_named(key, at);
        if (value.is_null() || (!column.is_prompt && !column.rule)) continue;
        const std::string text = cell_text(value, key, at);
        if (column.is_prompt) {
            check_text(text, "prompt", at);
            row.prompt = text;
            has_prompt = true;
        } else {
            column.rule->read(text, row.overrides, at);
        }
    }
    if (!has_prompt) throw UsageError(where + ", column 1: the object has no \"prompt\".");
    return row;
}

std::vector<PromptRow> read_json_lines(std::string_view text, const std::string& name) {
    std::vector<PromptRow> rows;
    each_line(text, [&](std::string_view line, int64_t number) {
        if (!trimmed(line).empty()) rows.push_back(read_object(line, name + ", line " + std::to_string(number)));
    });
    return rows;
}

char sniff_delimiter(std::string_view text) {
    const std::string_view header = text.substr(0, text.find_first_of("\r\n"));
    return header.find(',') == std::string_view::npos && header.find(';') != std::string_view::npos ? ';' : ',';
}

}  // namespace

ListFormat sniff_format(std::string_view text) {
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    return trimmed(text).starts_with('{') ? ListFormat::JsonLines : ListFormat::Text;
}

std::vector<PromptRow> read_prompts(std::string_view text, ListFormat format, const std::string& name) {
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    std::vector<PromptRow> rows;
    switch (format) {
        case ListFormat::Text: rows = read_text(text, name); break;
        case ListFormat::Csv: rows = read_table(text, sniff_delimiter(text), name); break;
        case ListFormat::Tsv: rows = read_table(text, '\t', name); break;
        case ListFormat::JsonLines: rows = read_json_lines(text, name); break;
    }
    if (rows.empty()) throw UsageError(name + " is empty: it holds no prompt.");
    return rows;
}

std::vector<PromptRow> load_prompts(const std::filesystem::path& file) {
    static const std::map<std::string, ListFormat> formats = {
        {".txt", ListFormat::Text}, {".csv", ListFormat::Csv}, {".tsv", ListFormat::Tsv}, {".jsonl", ListFormat::JsonLines}};
    const auto format = formats.find(normalised_name(file.extension().string()));
    if (format == formats.end()) throw UsageError(file.string() + ": prompt lists end in .txt, .csv, .tsv or .jsonl.");
    try {
        return read_prompts(read_file(file, max_list_bytes), format->second, file.string());
    } catch (const UsageError&) {
        throw;
    } catch (const Error& error) {
        throw UsageError(error.what());
    }
}

}  // namespace fanlight
