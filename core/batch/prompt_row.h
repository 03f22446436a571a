#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace fanlight {

/// What a prompt row may say about its images; what it leaves out comes from the request's defaults. Units: pixels.
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
    std::optional<int> images;  ///< images of this prompt
};

/// One row of the prompt list; `place` is where it stands ("prompts.csv, line 7"), for messages.
struct PromptRow {
    std::string prompt;
    Overrides overrides;
    std::string place;
};

/// Takes rows one after the other, so that a long list is never in memory as rows.
using TakeRow = std::function<void(PromptRow row)>;

}  // namespace fanlight
