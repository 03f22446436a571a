#include "core/prompts/prompt_column.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/base/text.h"

namespace fanlight {

void PromptColumn::read(std::string_view text, PromptRow& row, const std::string& where) const {
    if (is_prompt) {
        check_text(text, "prompt", where);
        row.prompt = text;
    } else if (rule) {
        rule->read(text, row.overrides, where);
    } else if (!own.empty()) {
        keep_own(own, std::string(text), row);
    }
}

PromptColumn column_named(std::string_view title, const std::vector<PromptColumn>& before, const std::string& where,
                          std::string_view task) {
    PromptColumn column{.rule = find_parameter(title, task)};
    column.is_prompt = !column.rule && normalised_name(title) == "prompt";
    if (column.is_ignored()) {
        if (is_known_column(title, task)) return column;
        if (!has_own_columns(task))
            throw UsageError(where + ": " + in_quotes(title) +
                             " is no parameter; known: " + listed(parameter_names(task)) + ".");
        if (const std::string meant = nearly_parameter(title, task); !meant.empty())
            throw UsageError(where + ": " + in_quotes(title) + " is no parameter; write " + meant +
                             ", or give a column of your own another name.");
        column.own = trimmed(title);
    }
    if (std::find(before.begin(), before.end(), column) != before.end())
        throw UsageError(where + ": " +
                         (column.is_prompt ? "prompt"
                          : column.rule    ? column.rule->name
                                           : in_quotes(column.own)) +
                         " is given twice; leave one out.");
    return column;
}

void keep_own(const std::string& column, const Json& value, PromptRow& row) {
    Json own = row.overrides.columns ? Json::parse(*row.overrides.columns) : Json::object();
    own[column] = value;
    row.overrides.columns = to_line(own);
}

}  // namespace fanlight
