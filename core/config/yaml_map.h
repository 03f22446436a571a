#pragma once

#include <yaml-cpp/yaml.h>

#include <string>

#include "core/base/place.h"
#include "core/base/sentence.h"

namespace fanlight {

/// What `text` holds: one document, a map. Throws UsageError like refuse_yaml(), or giving `example` for what it must
/// hold.
YAML::Node yaml_map(const std::string& text, const Place& where, const std::string& example);

/// Throws UsageError: "WHERE, line 3, column 2: SENTENCE".
[[noreturn]] void refuse_yaml(const Place& where, const YAML::Mark& mark, const Sentence& sentence);

}  // namespace fanlight
