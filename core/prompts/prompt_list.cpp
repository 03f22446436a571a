#include "core/prompts/prompt_list.h"

#include <algorithm>
#include <map>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/batch/blanks.h"
#include "core/batch/parameter_rules.h"
#include "core/prompts/list_encoding.h"
#include "core/prompts/list_mistakes.h"
#include "core/prompts/prompt_column.h"
#include "core/prompts/prompt_json.h"
#include "core/prompts/prompt_table.h"
#include "core/prompts/prompt_text.h"

namespace fanlight {

namespace {

constexpr std::uintmax_t max_list_bytes = 1u << 30;

void read_json_lines(std::string_view text, const Place& name, const TakeRow& take, const ListReading& reading,
                     ListMistakes& mistakes) {
    each_line(text, [&](std::string_view line, int64_t number) {
        if (is_blank(line)) return;
        PromptRow row{"", {}, name.line(number)};
        const int64_t before = mistakes.count();
        read_prompt_object(line, row, reading, mistakes);
        if (mistakes.count() == before) mistakes.attempt([&] { take(std::move(row)); });
    });
}

void read_format(std::string_view text, ListFormat format, const Place& name, const TakeRow& take,
                 const ListReading& reading, ListMistakes& mistakes) {
    switch (format) {
        case ListFormat::Text:
            return read_text(text, name, take, reading, mistakes);
        case ListFormat::Csv:
            return read_table(text, ',', name, take, reading, mistakes);
        case ListFormat::Tsv:
            return read_table(text, '\t', name, take, reading, mistakes);
        case ListFormat::JsonLines:
            return read_json_lines(text, name, take, reading, mistakes);
    }
}

void read_list(std::string bytes, ListFormat format, const Place& name, const TakeRow& take,
               const ListReading& reading) {
    const std::string text = utf8_of_list(std::move(bytes), name);
    ListMistakes mistakes(name);
    bool any = false;
    const TakeRow counted = [&](PromptRow row) {
        any = true;
        take(std::move(row));
    };
    read_format(text, format, name, counted, reading, mistakes);
    for (const std::string& column : reading.columns.missing())
        mistakes.add(Sentence("%1: no column is called %2, as --columns says.", name, in_quotes(column)));
    mistakes.raise();
    if (!any) throw UsageError("%1 is empty: it holds no prompt.", name);
}

ListFormat format_of(std::string_view text, const ListReading& reading) {
    text.remove_prefix(first_visible(text));
    const size_t inside = text.starts_with('[') ? text.find_first_not_of(" \t\r\n", 1) : std::string_view::npos;
    const bool is_array = inside != std::string_view::npos && text[inside] == '{';  // refused as what it is
    if (text.starts_with('{') || is_array) return ListFormat::JsonLines;
    return is_table(text, reading) ? ListFormat::Csv : ListFormat::Text;
}

}  // namespace

ListFormat sniff_format(std::string_view bytes, const ListReading& reading) {
    const bool is_utf16 = bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF");
    try {
        return format_of(is_utf16 ? utf8_of_list(std::string(bytes), "") : bytes, reading);
    } catch (const UsageError&) {
        return ListFormat::Text;  // whose reader says where it is no text
    }
}

void read_prompts(std::string_view bytes, ListFormat format, const Place& name, const TakeRow& take,
                  const ListReading& reading) {
    read_list(std::string(bytes), format, name, take, reading);
}

std::optional<ListFormat> list_format_of(const std::filesystem::path& file) {
    static const std::map<std::string, ListFormat> formats = {{".txt", ListFormat::Text},
                                                              {".prompts", ListFormat::Text},
                                                              {".csv", ListFormat::Csv},
                                                              {".tsv", ListFormat::Tsv},
                                                              {".jsonl", ListFormat::JsonLines}};
    const auto format = formats.find(normalised_name(file.extension().string()));
    return format == formats.end() ? std::nullopt : std::optional(format->second);
}

std::string read_list_file(const std::filesystem::path& file) { return read_file(file, max_list_bytes); }

void load_prompts(const std::filesystem::path& file, const TakeRow& take, const ListReading& reading) {
    const auto format = list_format_of(file);
    if (!format) throw UsageError("%1: prompt lists end in .txt, .prompts, .csv, .tsv or .jsonl.", file);
    try {
        read_list(read_list_file(file), *format, file.string(), take, reading);
    } catch (const UsageError&) {
        throw;
    } catch (const Error& error) {
        throw UsageError("%1.", sentence_of(error).open());
    }
}

void load_text_files(const std::filesystem::path& folder, const TakeRow& take) {
    std::vector<std::filesystem::path> files;
    std::error_code error;
    for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
        if (entry->path().extension() == ".txt" && entry->is_regular_file(error)) files.push_back(entry->path());
    if (error) throw UsageError("%1: it cannot be read: %2.", folder, error.message());
    if (files.empty()) throw UsageError("%1: there is no .txt file in it.", folder);
    std::sort(files.begin(), files.end());
    for (const std::filesystem::path& file : files) {
        std::string text = utf8_of_list(read_file(file, max_list_bytes), file.string());
        while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
        PromptRow row{std::move(text), {}, file.string()};
        RowRest rest;
        rest.keep("id", file.stem().string());
        rest.give_to(row);
        take(std::move(row));
    }
}

std::vector<PromptRow> read_prompts(std::string_view text, ListFormat format, const Place& name) {
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
