#pragma once

#include "app/cli/generate_options.h"

namespace fanlight {

/// The options of commands that make texts.
struct TextOptions : GenerateOptions {
    std::vector<std::string> stop;
    bool raw = false;
};

/// The parameters that only texts have.
void add_text_parameters(CLI::App& app, const std::shared_ptr<GenerateOptions>& options);

/// The parameters that only scores have.
void add_score_parameters(CLI::App& app, const std::shared_ptr<GenerateOptions>& options);

/// --prompts for a list that is read as texts, and what its columns mean. `what` names such a list.
void add_text_list(CLI::App& app, GenerateOptions& options, const std::string& what);

/// --no-special-tokens
void add_special_tokens(CLI::App& app, const std::shared_ptr<GenerateOptions>& options);

/// Other options of texts: greedy, stop strings, special tokens, templates.
void add_text_choices(CLI::App& app, const std::shared_ptr<TextOptions>& options);

/// Prompts, parameters and devices of texts.
void add_text_options(CLI::App& app, const std::shared_ptr<TextOptions>& options);

/// The request, with its prompt rows read. Throws UsageError for options that do not go together.
PlanRequest text_request(const TextOptions& options);

}  // namespace fanlight
