#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/place.h"
#include "core/batch/list_reading.h"
#include "core/batch/prompt_row.h"
#include "core/prompts/list_mistakes.h"

namespace fanlight {

/// The character between the cells of a table: the one that its first line "sep=;" names, as Excel writes it, else the
/// one of `preferred` (',' for .csv, a tab for .tsv), ',', ';', a tab and '|' that makes the most of the header.
char delimiter_of(std::string_view text, char preferred, const ListReading& reading);

/// Whether text without a file name begins like a table: its first line names the delimiter, or a column "prompt"
/// (perhaps by ListReading::columns).
bool is_table(std::string_view text, const ListReading& reading);

/// The titles of a table's header, each with its cell in the first row. Throws UsageError for a quote that is not
/// closed.
std::vector<std::pair<std::string, std::string>> titles_of_table(std::string_view text, char preferred,
                                                                 const ListReading& reading);

/// Reads a table whose header names the columns. What spreadsheets add is passed over: blank rows, delimiters at the
/// end, a first column without a title (pandas' index), a header that is repeated where files were joined. Where cells
/// are not separated by commas, 7,5 is 7.5.
void read_table(std::string_view text, char preferred, const Place& name, const TakeRow& take,
                const ListReading& reading, ListMistakes& mistakes);

}  // namespace fanlight
