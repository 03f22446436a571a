#pragma once

#include <functional>
#include <string>

#include "app/cli/generate_options.h"
#include "core/text/text_tokenizer.h"

namespace fanlight {

/// A command whose results are records: lines of a file instead of images.
struct RecordCommand {
    MadeWords words;                       ///< what it makes
    std::function<PlanRequest()> request;  ///< what its options ask for
    /// How many tokens the model will read for a task of this command's kind.
    size_t (*tokens_of)(const Task& task, const TextTokenizer& tokenizer);
};

/// Adds --output, --resume, --dry-run and what places the model and reports. `seen`: what standard output shows without
/// --output, in the plural.
void add_record_options(CLI::App& app, const std::shared_ptr<GenerateOptions>& options, const std::string& seen);

/// Makes the run, finishes an earlier one, or says what would be made, as the options ask for. `app` tells which of
/// them are given.
ExitCode make_records(const CLI::App& app, const GenerateOptions& options, const RecordCommand& command);

}  // namespace fanlight
