#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.h"
#include "core/batch/parameter_rules.h"

namespace fanlight {

/// The meaning of a column of a table, or of a key of an object.
struct PromptColumn {
    bool is_prompt = false;
    const ParameterRule* rule = nullptr;
    std::string own = {};  ///< of a list of texts: the name of a column of its own, which comes back with the result

    /// A known column that sets nothing.
    bool is_ignored() const { return !is_prompt && !rule && own.empty(); }
    bool operator==(const PromptColumn&) const = default;

    /// Checks the text and stores it in the row. Throws UsageError "WHERE: …".
    void read(std::string_view text, PromptRow& row, const std::string& where) const;
};

/// For a list of this kind of task. Throws UsageError "WHERE: …" for an unknown name (of texts: one that is almost a
/// parameter's), and if one of `before` has the same meaning (perhaps by an alias).
PromptColumn column_named(std::string_view title, const std::vector<PromptColumn>& before, const std::string& where,
                          std::string_view task);

/// Keeps a value of a column of the list's own.
void keep_own(const std::string& column, const Json& value, PromptRow& row);

}  // namespace fanlight
