#include "core/prompts/prompt_column.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/batch/blanks.h"

namespace fanlight {

namespace {

/// The parameter or prompt that is called like this; else an ignored column.
PromptColumn known_column(std::string_view name, std::string_view task) {
    PromptColumn column{.rule = find_parameter(name, task)};
    const std::string bare = normalised_name(name);
    column.is_prompt = !column.rule && bare == prompt_name;
    column.tells_negative = bare == has_negative_name && find_parameter("negative_prompt", task);
    return column;
}

std::string name_of(const PromptColumn& column) {
    if (column.tells_negative) return has_negative_name;
    return column.is_prompt ? prompt_name : column.rule ? column.rule->name : in_quotes(column.own);
}

/// No name of a parameter begins so.
std::string key_of(const PromptColumn& column) { return column.own.empty() ? name_of(column) : '=' + column.own; }

[[noreturn]] void refuse_unknown(std::string_view title, const Place& where, std::string_view task) {
    throw UsageError("%1: %2 is not a parameter; known: %3; --ignore-columns leaves others out.", where,
                     in_quotes(title), listed(parameter_names(task)));
}

/// A column that is neither a parameter nor the prompt.
PromptColumn other_column(std::string_view title, const Place& where, const ListReading& reading) {
    if (is_known_column(title, reading.task))
        return {.unobeyed = unobeyed_column(title, reading.task),
                .title = std::string(without_blanks(title)),
                .tells_of_image = tells_of_image(title, reading.task)};
    if (reading.columns.ignores_others()) return {};
    if (!has_own_columns(reading.task)) refuse_unknown(title, where, reading.task);
    if (const std::string meant = nearly_parameter(title, reading.task); !meant.empty())
        throw UsageError("%1: %2 is not a parameter; write %3, or give a column of your own another name.", where,
                         in_quotes(title), meant);
    return {.own = std::string(without_blanks(title))};
}

/// The parameter that --columns gives a column.
PromptColumn chosen_column(const std::string& target, std::string_view title, const ListReading& reading) {
    PromptColumn column = known_column(target, reading.task);
    if (column.is_ignored()) refuse_unknown(target, "--columns " + std::string(title) + "=" + target, reading.task);
    return column;
}

bool is_yes(std::string_view text, const Place& where) {
    const std::string answer = normalised_name(text);
    if (answer == "yes" || answer == "true") return true;
    if (answer == "no" || answer == "false") return false;
    throw UsageError("%1: %2 must be yes or no, not %3.", where, has_negative_name, in_quotes(text));
}

}  // namespace

void RowRest::give_to(PromptRow& row) const {
    Overrides& values = row.overrides;
    if (!values_.empty()) values.columns = to_line(values_);
    if (!has_negative_) return;
    values.blank_negative_prompt = false;
    if (*has_negative_ && !values.negative_prompt) values.negative_prompt = "";
}

void PromptColumn::read(std::string_view text, PromptRow& row, RowRest& rest, const Place& where) const {
    if (is_prompt) {
        check_text(text, prompt_name, where);
        row.prompt = text;
    } else if (rule) {
        rule->read(text, row.overrides, where);
    } else if (!own.empty()) {
        rest.keep(own, std::string(text));
    } else if (tells_negative) {
        rest.tell_negative(is_yes(text, where));
    }
}

void PromptColumn::leave_blank(PromptRow& row) const {
    if (rule && rule->name == std::string_view("negative_prompt")) row.overrides.blank_negative_prompt = true;
}

void GivenColumns::add(const PromptColumn& column) { names_.insert(key_of(column)); }

bool GivenColumns::has(const PromptColumn& column) const { return names_.contains(key_of(column)); }

PromptColumn column_named(std::string_view title, const GivenColumns& before, const Place& where,
                          const ListReading& reading) {
    if (reading.columns.is_ignored(title)) return {};
    const std::string* target = reading.columns.target_of(title);
    PromptColumn column = target ? chosen_column(*target, title, reading) : known_column(title, reading.task);
    if (column.is_ignored()) column = other_column(title, where, reading);
    if (column.is_ignored()) return column;
    if (!target && reading.columns.ignores_others() && reading.columns.replaces(name_of(column))) return {};
    if (before.has(column)) throw UsageError("%1: %2 is given twice; leave one out.", where, name_of(column));
    return column;
}

bool is_column_name(std::string_view title, const ListReading& reading) {
    return !known_column(title, reading.task).is_ignored();
}

}  // namespace fanlight
