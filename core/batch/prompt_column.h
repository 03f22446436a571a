#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/batch/parameter_rules.h"

namespace fanlight {

/// What a column of a table, or a key of an object, is for.
struct PromptColumn {
    bool is_prompt = false;
    const ParameterRule* rule = nullptr;  ///< nullptr and no prompt: known, and says nothing about new images

    bool is_ignored() const { return !is_prompt && !rule; }
    bool operator==(const PromptColumn&) const = default;

    /// Checks the text and puts it into the row. Throws UsageError "WHERE: …".
    void read(std::string_view text, PromptRow& row, const std::string& where) const;
};

/// Throws UsageError "WHERE: …" on a name that is not known, and where one of `before` is for the same (under an alias,
/// perhaps).
PromptColumn column_named(std::string_view title, const std::vector<PromptColumn>& before, const std::string& where);

}  // namespace fanlight
