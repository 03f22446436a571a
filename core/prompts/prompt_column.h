#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/batch/parameter_rules.h"

namespace fanlight {

/// The meaning of a column of a table, or of a key of an object.
struct PromptColumn {
    bool is_prompt = false;
    const ParameterRule* rule = nullptr;  ///< nullptr, and not the prompt: a known column that is ignored

    bool is_ignored() const { return !is_prompt && !rule; }
    bool operator==(const PromptColumn&) const = default;

    /// Checks the text and stores it in the row. Throws UsageError "WHERE: …".
    void read(std::string_view text, PromptRow& row, const std::string& where) const;
};

/// Throws UsageError "WHERE: …" for an unknown name, and if one of `before` has the same meaning (perhaps by an alias).
PromptColumn column_named(std::string_view title, const std::vector<PromptColumn>& before, const std::string& where);

}  // namespace fanlight
