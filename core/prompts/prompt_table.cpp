#include "core/prompts/prompt_table.h"

#include <algorithm>
#include <vector>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/batch/blanks.h"
#include "core/prompts/csv.h"
#include "core/prompts/prompt_column.h"

namespace fanlight {

namespace {

using Cells = std::vector<CsvCell>;

constexpr std::string_view separator_words = "sep=";

/// The first line that is not blank, without its end.
std::string_view first_line(std::string_view text) {
    text.remove_prefix(first_visible(text));
    return text.substr(0, text.find_first_of("\r\n"));
}

/// The delimiter that "sep=;" names, in quotes or not, with empty cells behind it or not.
std::optional<char> named_delimiter(std::string_view line) {
    if (line.starts_with('"')) line.remove_prefix(1);
    if (bare_name(line.substr(0, separator_words.size())) != separator_words) return std::nullopt;
    line.remove_prefix(separator_words.size());
    const char delimiter = line.empty() ? '\0' : line.front();
    const bool is_letter_or_digit =
        bare_name({&delimiter, 1}).find_first_of("abcdefghijklmnopqrstuvwxyz0123456789") == 0;
    const bool fits = delimiter > 0 && delimiter != '"' && delimiter != ' ' && !is_letter_or_digit;
    line.remove_prefix(std::min<size_t>(line.size(), 1));
    if (line.starts_with('"')) line.remove_prefix(1);
    return fits && line.find_first_not_of(std::string{delimiter, ' ', ',', ';'}) == std::string_view::npos
               ? std::optional(delimiter)
               : std::nullopt;
}

bool is_prompt_column(const CsvCell& cell, const ListReading& reading) {
    const std::string* target = reading.columns.target_of(cell.text);
    return normalised_name(target ? *target : cell.text) == "prompt";
}

/// The cells of a header, if they were separated by this; none if it cannot be read.
Cells header_of(std::string_view line, char delimiter) {
    try {
        return CsvReader(line, delimiter, "").next().value_or(Cells());
    } catch (const UsageError&) {
        return {};
    }
}

bool names_a_prompt(const Cells& header, const ListReading& reading) {
    return std::any_of(header.begin(), header.end(),
                       [&](const CsvCell& cell) { return is_prompt_column(cell, reading); });
}

bool is_blank_cell(const CsvCell& cell) { return is_blank(cell.text); }

/// The next non-empty record, without blank cells at its end: spreadsheets write trailing delimiters.
std::optional<Cells> next_filled(CsvReader& reader) {
    while (auto cells = reader.next()) {
        while (!cells->empty() && is_blank_cell(cells->back())) cells->pop_back();
        if (!cells->empty()) return cells;
    }
    return std::nullopt;
}

/// How pandas calls an index that it has written without a title and read again.
bool is_index(const CsvCell& cell, bool is_first) { return is_first && normalised_name(cell.text) == "unnamed:_0"; }

/// One table while it is read.
class TableReader {
public:
    TableReader(std::string_view text, char delimiter, const Place& name, const ListReading& reading,
                ListMistakes& mistakes)
        : cells_(text, delimiter, name),
          has_decimal_commas_(delimiter != ','),
          name_(name),
          reading_(reading),
          mistakes_(mistakes) {}

    void read(const TakeRow& take, bool names_delimiter) {
        if (names_delimiter) cells_.next();
        const auto header = next_filled(cells_);
        if (!header) return;
        read_header(*header);
        while (const auto row = next_filled(cells_))
            if (!is_header(*row)) read_row(*row, take);
    }

private:
    void read_header(const Cells& header) {
        header_ = header;
        bool is_behind_titles = false;
        GivenColumns given;
        for (const CsvCell& cell : header) {
            PromptColumn column;
            const bool has_title = !is_blank_cell(cell);
            is_behind_titles |= has_title;
            if (has_title && !is_index(cell, columns_.empty()))
                mistakes_.attempt(
                    [&] { column = column_named(cell.text, given, place(name_, cell.position), reading_); });
            if (!column.is_ignored()) given.add(column);
            columns_.push_back(column);
            is_nameless_.push_back(!has_title && is_behind_titles);
        }
        if (!given.has({.is_prompt = true}) && !names_a_prompt(header, reading_))
            mistakes_.add(Sentence("%1: no column is called prompt; the first line must name the columns.",
                                   place(name_, header.front().position)));
    }

    /// Where tables were joined, the header comes again.
    bool is_header(const Cells& row) const {
        return std::equal(row.begin(), row.end(), header_.begin(), header_.end(),
                          [](const CsvCell& a, const CsvCell& b) { return a.text == b.text; });
    }

    void read_row(const Cells& cells, const TakeRow& take) {
        const int64_t before = mistakes_.count();
        if (cells.size() > columns_.size())
            mistakes_.add(Sentence("%1: the row has %2 cells and the header %3; quote a cell that holds the delimiter.",
                                   place(name_, cells[columns_.size()].position), cells.size(), columns_.size()));
        PromptRow row{"", {}, name_.line(cells.front().position.line)};
        RowRest rest;
        for (size_t i = 0; i < columns_.size(); ++i) {
            if (i >= cells.size() || is_blank_cell(cells[i]))
                columns_[i].leave_blank(row);
            else
                mistakes_.attempt([&] { read_cell(cells[i], i, row, rest); });
        }
        rest.give_to(row);
        if (mistakes_.count() == before) mistakes_.attempt([&] { take(std::move(row)); });
    }

    void read_cell(const CsvCell& cell, size_t number, PromptRow& row, RowRest& rest) {
        const PromptColumn& column = columns_[number];
        const Place where = place(name_, cell.position);
        if (is_nameless_[number])
            throw UsageError(
                "%1: %2 stands in a column without a name; name it, or quote a cell that holds the delimiter.", where,
                in_quotes(cell.text));
        if (column.is_ignored()) return column.note(row, reading_);
        try {
            column.read(cell.text, row, rest, where);
        } catch (const UsageError&) {
            const std::string number_text = with_decimal_point(cell.text);
            if (number_text.empty()) throw;
            column.read(number_text, row, rest, where);
        }
    }

    /// "7,5" as "7.5" where that may be a number; else "". Only for what cannot be read as it is: texts can.
    std::string with_decimal_point(std::string_view text) const {
        std::string number(without_blanks(text));
        const size_t comma = number.find(',');
        const bool is_number = number.find_first_not_of("0123456789,-") == std::string::npos;
        if (!has_decimal_commas_ || !is_number || comma == std::string::npos || comma != number.rfind(',')) return {};
        number[comma] = '.';
        return number;
    }

    CsvReader cells_;
    const bool has_decimal_commas_;
    const Place& name_;
    const ListReading& reading_;
    ListMistakes& mistakes_;
    Cells header_;
    std::vector<PromptColumn> columns_;
    std::vector<bool> is_nameless_;  ///< without a title, and not in front of all that have one
};

}  // namespace

char delimiter_of(std::string_view text, char preferred, const ListReading& reading) {
    const std::string_view line = first_line(text);
    if (const auto named = named_delimiter(line)) return *named;
    char best = preferred;
    std::pair<bool, size_t> most;
    for (const char delimiter : {preferred, ',', ';', '\t', '|'}) {
        const Cells header = header_of(line, delimiter);
        const std::pair made{names_a_prompt(header, reading), header.size()};
        if (made > most) most = made, best = delimiter;
    }
    return best;
}

bool is_table(std::string_view text, const ListReading& reading) {
    const std::string_view line = first_line(text);
    return named_delimiter(line) || names_a_prompt(header_of(line, delimiter_of(line, ',', reading)), reading);
}

std::vector<std::pair<std::string, std::string>> titles_of_table(std::string_view text, char preferred,
                                                                 const ListReading& reading) {
    CsvReader cells(text, delimiter_of(text, preferred, reading), "");
    if (named_delimiter(first_line(text))) cells.next();
    const Cells header = next_filled(cells).value_or(Cells()), row = next_filled(cells).value_or(Cells());
    std::vector<std::pair<std::string, std::string>> titles;
    for (size_t i = 0; i < header.size(); ++i)
        if (!is_blank_cell(header[i]) && !is_index(header[i], i == 0))
            titles.emplace_back(without_blanks(header[i].text), i < row.size() ? row[i].text : "");
    return titles;
}

void read_table(std::string_view text, char preferred, const Place& name, const TakeRow& take,
                const ListReading& reading, ListMistakes& mistakes) {
    const bool names_delimiter = named_delimiter(first_line(text)).has_value();
    TableReader reader(text, delimiter_of(text, preferred, reading), name, reading, mistakes);
    mistakes.attempt([&] { reader.read(take, names_delimiter); });
}

}  // namespace fanlight
