#include "core/prompts/prompt_column.h"

#include <algorithm>

#include "core/base/error.h"

namespace fanlight {

void PromptColumn::read(std::string_view text, PromptRow& row, const std::string& where) const {
    if (is_prompt) {
        check_text(text, "prompt", where);
        row.prompt = text;
    } else if (rule) {
        rule->read(text, row.overrides, where);
    }
}

PromptColumn column_named(std::string_view title, const std::vector<PromptColumn>& before, const std::string& where) {
    PromptColumn column{.rule = find_parameter(title)};
    column.is_prompt = !column.rule && normalised_name(title) == "prompt";
    if (column.is_ignored()) {
        if (is_known_column(title)) return column;
        throw UsageError(where + ": " + in_quotes(title) + " is no parameter; known: " + known_parameters() + ".");
    }
    if (std::find(before.begin(), before.end(), column) != before.end())
        throw UsageError(where + ": " + (column.is_prompt ? "prompt" : column.rule->name) +
                         " is given twice; leave one out.");
    return column;
}

}  // namespace fanlight
