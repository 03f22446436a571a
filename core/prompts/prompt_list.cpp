#include "core/prompts/prompt_list.h"

#include <algorithm>
#include <map>
#include <optional>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/prompts/csv.h"
#include "core/prompts/prompt_column.h"
#include "core/prompts/prompt_json.h"
#include "core/prompts/prompt_options.h"
#include "core/prompts/text_position.h"

namespace fanlight {

namespace {

constexpr std::uintmax_t max_list_bytes = 1u << 30;

std::string line_place(const std::string& name, int64_t line) { return name + ", line " + std::to_string(line); }

/// Checks the whole file, not only the prompts: an unused column must not hide another encoding.
void check_encoding(std::string_view text, const std::string& name) {
    const size_t invalid = first_invalid_utf8(text), nul = text.find('\0');
    if (const size_t byte = std::min(invalid, nul); byte != std::string_view::npos)
        throw UsageError(place(name, position_of(text, byte)) +
                         (byte == nul ? ": there is a NUL character" : ": the text is not UTF-8") +
                         "; save the file as UTF-8.");
}

/// Calls `take(line, line_number)` for each line, with any kind of line end.
template <typename Take>
void each_line(std::string_view text, Take take) {
    int64_t number = 1;
    for (size_t at = 0; at < text.size(); ++number) {
        const auto ends = [](char byte) { return byte == '\n' || byte == '\r'; };
        const auto end = static_cast<size_t>(std::find_if(text.begin() + at, text.end(), ends) - text.begin());
        take(text.substr(at, end - at), number);
        at = end + (text.substr(end, 2) == "\r\n" ? 2 : 1);
    }
}

void read_text(std::string_view text, const std::string& name, const TakeRow& take, std::string_view task) {
    each_line(text, [&](std::string_view line, int64_t number) {
        const std::string_view prompt = trimmed(line);
        if (prompt.empty() || prompt.front() == '#') return;
        PromptRow row{"", {}, line_place(name, number)};
        if (prompt == "[config]" || prompt == "[prompts]")
            throw UsageError(row.source + ": sections such as " + std::string(prompt) +
                             " are not understood; write one prompt a line.");
        if (is_option_line(prompt))
            read_option_line(line, row, task);
        else
            row.prompt = prompt;
        take(std::move(row));
    });
}

bool is_blank(const CsvCell& cell) { return trimmed(cell.text).empty(); }

/// The next non-empty record, without blank cells at its end: spreadsheets write trailing delimiters.
std::optional<std::vector<CsvCell>> next_filled(CsvReader& reader) {
    while (auto cells = reader.next()) {
        while (!cells->empty() && is_blank(cells->back())) cells->pop_back();
        if (!cells->empty()) return cells;
    }
    return std::nullopt;
}

std::vector<PromptColumn> read_header(const std::vector<CsvCell>& header, const std::string& name,
                                      std::string_view task) {
    std::vector<PromptColumn> columns;
    for (const CsvCell& cell : header)
        columns.push_back(column_named(cell.text, columns, place(name, cell.position), task));
    if (std::find(columns.begin(), columns.end(), PromptColumn{.is_prompt = true}) == columns.end())
        throw UsageError(place(name, header.front().position) +
                         ": no column is called prompt; the first line must name the columns.");
    return columns;
}

void read_table(std::string_view text, char delimiter, const std::string& name, const TakeRow& take,
                std::string_view task) {
    CsvReader reader(text, delimiter, name);
    const auto header = next_filled(reader);
    if (!header) return;
    const std::vector<PromptColumn> columns = read_header(*header, name, task);
    while (const auto cells = next_filled(reader)) {
        if (cells->size() > columns.size())
            throw UsageError(place(name, (*cells)[columns.size()].position) + ": the row has " +
                             std::to_string(cells->size()) + " cells and the header " + std::to_string(columns.size()) +
                             "; quote a cell that holds the delimiter.");
        PromptRow row{"", {}, line_place(name, cells->front().position.line)};
        for (size_t i = 0; i < cells->size(); ++i)
            if (const CsvCell& cell = (*cells)[i]; !is_blank(cell) && !columns[i].is_ignored())
                columns[i].read(cell.text, row, place(name, cell.position));
        take(std::move(row));
    }
}

void read_json_lines(std::string_view text, const std::string& name, const TakeRow& take, std::string_view task) {
    each_line(text, [&](std::string_view line, int64_t number) {
        if (trimmed(line).empty()) return;
        PromptRow row{"", {}, line_place(name, number)};
        read_prompt_object(line, row, task);
        take(std::move(row));
    });
}

/// ',' unless the first non-blank line has more ';' outside quotes.
char sniff_delimiter(std::string_view text) {
    const size_t start = std::min(text.find_first_not_of(" \t\r\n"), text.size());
    bool quoted = false;
    int64_t balance = 0;
    for (const char byte : text.substr(start, text.find_first_of("\r\n", start) - start)) {
        quoted ^= byte == '"';
        if (!quoted) balance += (byte == ';') - (byte == ',');
    }
    return balance > 0 ? ';' : ',';
}

}  // namespace

ListFormat sniff_format(std::string_view text) {
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    return trimmed(text).starts_with('{') ? ListFormat::JsonLines : ListFormat::Text;
}

void read_prompts(std::string_view text, ListFormat format, const std::string& name, const TakeRow& take,
                  std::string_view task) {
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    check_encoding(text, name);
    bool any = false;
    const TakeRow counted = [&](PromptRow row) {
        any = true;
        take(std::move(row));
    };
    switch (format) {
        case ListFormat::Text:
            read_text(text, name, counted, task);
            break;
        case ListFormat::Csv:
            read_table(text, sniff_delimiter(text), name, counted, task);
            break;
        case ListFormat::Tsv:
            read_table(text, '\t', name, counted, task);
            break;
        case ListFormat::JsonLines:
            read_json_lines(text, name, counted, task);
            break;
    }
    if (!any) throw UsageError(name + " is empty: it holds no prompt.");
}

void load_prompts(const std::filesystem::path& file, const TakeRow& take, std::string_view task) {
    static const std::map<std::string, ListFormat> formats = {{".txt", ListFormat::Text},
                                                              {".prompts", ListFormat::Text},
                                                              {".csv", ListFormat::Csv},
                                                              {".tsv", ListFormat::Tsv},
                                                              {".jsonl", ListFormat::JsonLines}};
    const auto format = formats.find(normalised_name(file.extension().string()));
    if (format == formats.end())
        throw UsageError(file.string() + ": prompt lists end in .txt, .prompts, .csv, .tsv or .jsonl.");
    try {
        read_prompts(read_file(file, max_list_bytes), format->second, file.string(), take, task);
    } catch (const UsageError&) {
        throw;
    } catch (const Error& error) {
        throw UsageError(std::string(error.what()) + ".");
    }
}

void load_text_files(const std::filesystem::path& folder, const TakeRow& take) {
    std::vector<std::filesystem::path> files;
    std::error_code error;
    for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
        if (entry->path().extension() == ".txt" && entry->is_regular_file(error)) files.push_back(entry->path());
    if (error) throw UsageError(folder.string() + ": it cannot be read: " + error.message() + ".");
    if (files.empty()) throw UsageError(folder.string() + ": there is no .txt file in it.");
    std::sort(files.begin(), files.end());
    for (const std::filesystem::path& file : files) {
        std::string text = read_file(file, max_list_bytes);
        if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
        check_encoding(text, file.string());
        while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
        PromptRow row{std::move(text), {}, file.string()};
        keep_own("id", file.stem().string(), row);
        take(std::move(row));
    }
}

std::vector<PromptRow> read_prompts(std::string_view text, ListFormat format, const std::string& name) {
    std::vector<PromptRow> rows;
    read_prompts(text, format, name, [&](PromptRow row) { rows.push_back(std::move(row)); });
    return rows;
}

std::vector<PromptRow> load_prompts(const std::filesystem::path& file) {
    std::vector<PromptRow> rows;
    load_prompts(file, [&](PromptRow row) { rows.push_back(std::move(row)); });
    return rows;
}

}  // namespace fanlight
