#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/batch/request.h"

namespace fanlight {

enum class ListFormat { Text, Csv, Tsv, JsonLines };

/// A prompt list by its file's ending: .txt and .prompts (one prompt a line; blank lines and those beginning with # are
/// left out; a line may be options instead, see prompt_options.h), .csv and .tsv (a header names the columns; ',' or
/// ';'), .jsonl (an object a line). Columns and keys: parameter_rules.h. UTF-8 with or without BOM, any line ends.
/// Throws UsageError "FILE, line L, column C: …"; what was taken before is then to be dropped.
void load_prompts(const std::filesystem::path& file, const TakeRow& take);
std::vector<PromptRow> load_prompts(const std::filesystem::path& file);

/// The same of text that has been read, such as standard input; `name` is for messages.
void read_prompts(std::string_view text, ListFormat format, const std::string& name, const TakeRow& take);
std::vector<PromptRow> read_prompts(std::string_view text, ListFormat format, const std::string& name);

/// Of text without a name: JSON lines when it begins with '{', else one prompt a line.
ListFormat sniff_format(std::string_view text);

}  // namespace fanlight
