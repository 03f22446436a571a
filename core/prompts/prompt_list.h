#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/place.h"
#include "core/batch/list_reading.h"
#include "core/batch/request.h"

namespace fanlight {

enum class ListFormat { Text, Csv, Tsv, JsonLines };

/// What its suffix says; nullopt: no prompt list ends so.
std::optional<ListFormat> list_format_of(const std::filesystem::path& file);

/// The bytes of a list. Throws Error, without a full stop.
std::string read_list_file(const std::filesystem::path& file);

/// Reads a prompt list according to its file name's suffix: .txt and .prompts (one prompt per line, or options, or
/// settings, see prompt_text.h), .csv and .tsv (a header names the columns, see prompt_table.h), .jsonl (one object per
/// line). Columns and keys: parameter_rules.h. UTF-8, or UTF-16 with a byte order mark; any line ends; blanks are what
/// Unicode calls blank. Throws UsageError with all mistakes, a line each: "FILE, line L, column C: …"; rows taken
/// before that must be discarded.
void load_prompts(const std::filesystem::path& file, const TakeRow& take, const ListReading& reading = {});
std::vector<PromptRow> load_prompts(const std::filesystem::path& file);

/// A folder of .txt files, in the order of their names: each is one prompt, of many lines, and its name its id. Throws
/// UsageError if there are none, or naming the one that is not UTF-8.
void load_text_files(const std::filesystem::path& folder, const TakeRow& take);

/// The same for text already read, such as standard input; `name` is for messages.
void read_prompts(std::string_view bytes, ListFormat format, const Place& name, const TakeRow& take,
                  const ListReading& reading = {});
std::vector<PromptRow> read_prompts(std::string_view bytes, ListFormat format, const Place& name);

/// The format of text without a file name: JSON lines if it starts with '{', a table (with whatever delimiter) if its
/// first line names a column "prompt" or the delimiter, else one prompt per line.
ListFormat sniff_format(std::string_view bytes, const ListReading& reading = {});

}  // namespace fanlight
