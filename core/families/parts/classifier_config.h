#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/json.h"

namespace fanlight {

/// What a classifier's logits mean, from its config.json as transformers reads it.
struct ClassifierConfig {
    /// Throws Error naming the wrong value; `where` is the config's file.
    ClassifierConfig(const Json& config, const Place& where);

    enum class Logits {
        OneLabel,    ///< softmax
        ManyLabels,  ///< a sigmoid each: problem_type is multi_label_classification
        Numbers      ///< a regression: problem_type says so, or there is only one label
    };

    std::vector<std::string> labels;  ///< of the logits, in order
    Logits logits;
    std::optional<int64_t> pad_id;
};

}  // namespace fanlight
