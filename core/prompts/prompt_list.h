#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/batch/request.h"

namespace fanlight {

enum class ListFormat { Text, Csv, Tsv, JsonLines };

/// Reads a prompt list according to its file name's suffix: .txt and .prompts (one prompt per line; blank lines and
/// those starting with # are skipped; a line may consist of options instead, see prompt_options.h), .csv and .tsv (a
/// header names the columns; ',' or ';'), .jsonl (one object per line). Columns and keys: parameter_rules.h. UTF-8 with
/// or without BOM, any line ends. Throws UsageError "FILE, line L, column C: …"; rows taken before that must be
/// discarded. `task`: the kind that the list is for.
void load_prompts(const std::filesystem::path& file, const TakeRow& take, std::string_view task = ImageTask::kind);
std::vector<PromptRow> load_prompts(const std::filesystem::path& file);

/// A folder of .txt files, in the order of their names: each is one prompt, of many lines, and its name its id. Throws
/// UsageError if there are none, or naming the one that is not UTF-8.
void load_text_files(const std::filesystem::path& folder, const TakeRow& take);

/// The same for text already read, such as standard input; `name` is for messages.
void read_prompts(std::string_view text, ListFormat format, const std::string& name, const TakeRow& take,
                  std::string_view task = ImageTask::kind);
std::vector<PromptRow> read_prompts(std::string_view text, ListFormat format, const std::string& name);

/// The format of text without a file name: JSON lines if it starts with '{', else one prompt per line.
ListFormat sniff_format(std::string_view text);

}  // namespace fanlight
