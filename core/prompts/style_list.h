#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/batch/styles.h"

namespace fanlight {

/// Adds the styles of a file: AUTOMATIC1111's styles.csv (columns name, prompt or text, negative_prompt) or Fooocus'
/// JSON (a list of {"name", "prompt", "negative_prompt"}), told apart by the first character. Rows without a name or
/// text are passed over, as there. Throws UsageError "NAME, line L, column C: …".
void read_styles(std::string_view text, const std::string& name, Styles& styles);

/// The styles of all these files, each at most 16 MiB. What cannot be read is added to `problems`.
Styles load_styles(const std::vector<std::filesystem::path>& files, std::vector<Sentence>& problems);

}  // namespace fanlight
