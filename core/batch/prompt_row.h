#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace fanlight {

/// The parameters that a prompt row sets; the others come from the request's defaults. Units: pixels.
struct Overrides {
    std::optional<std::string> negative_prompt;
    std::optional<uint64_t> seed;
    std::optional<int> steps;
    std::optional<double> cfg_scale;
    std::optional<int> width;
    std::optional<int> height;
    std::optional<std::string> sampler;
    std::optional<std::string> schedule;
    std::optional<int> clip_skip;
    std::optional<int> images;  ///< number of images of this prompt
};

/// One row of the prompt list; `source` says where it comes from ("prompts.csv, line 7"), for messages.
struct PromptRow {
    std::string prompt;
    Overrides overrides;
    std::string source;
};

/// Receives rows one by one, so that a long list is never in memory as rows.
using TakeRow = std::function<void(PromptRow row)>;

}  // namespace fanlight
