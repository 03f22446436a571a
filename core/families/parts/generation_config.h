#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/batch/prompt_row.h"

namespace fanlight {

/// How a language model says that texts are to be made and where they end: generation_config.json and, for what it
/// leaves open, config.json, as in transformers' GenerationConfig.
struct GenerationConfig {
    std::vector<int64_t> end_ids;     ///< a text ends with any of them
    std::optional<int64_t> begin_id;  ///< what an empty prompt is read as
    std::optional<int64_t> start_id;  ///< what texts begin with if an encoder reads the prompt
    std::vector<int64_t> suppressed;  ///< ids that are never chosen
    Overrides values;                 ///< parameters that are not what a TextTask has by default
};

/// `generation`: empty if there is no such file. Throws Error naming the wrong value.
GenerationConfig read_generation_config(const Json& generation, const Json& config, const Place& where);

}  // namespace fanlight
