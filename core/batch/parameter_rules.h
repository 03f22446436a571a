#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/place.h"
#include "core/batch/request.h"

namespace fanlight {

struct NoteKind;

/// A parameter that a column, key or option can set, with all its names. Prompt lists and the command line use the same
/// table.
struct ParameterRule {
    const char* name;
    std::vector<const char*> aliases;     ///< normalised: lower case, '_' for blanks and '-'
    std::vector<std::string_view> tasks;  ///< the kinds that it is for; empty: all
    /// Reads the text into `overrides`; throws UsageError "WHERE: steps must be …".
    void (*read)(std::string_view text, Overrides& overrides, const Place& where);
    bool is_prompt = false;  ///< any text, of which blanks at its ends are a part

    bool is_for(std::string_view task) const;
};
const std::vector<ParameterRule>& parameter_rules();

/// In lower case, with '_' for blanks and '-': "CFG scale" -> "cfg_scale".
std::string normalised_name(std::string_view name);

/// Finds a rule of this kind of task by any of its names; nullptr: there is none.
const ParameterRule* find_parameter(std::string_view name, std::string_view task = ImageTask::kind);

/// Whether lists of this kind of task may have columns of their own, which come back with the results.
bool has_own_columns(std::string_view task);

/// Whether the column, of our manifest or of A1111's log.csv, only describes a result and sets nothing for a new one.
/// In lists of tasks with columns of their own there is none: they all come back.
bool is_known_column(std::string_view name, std::string_view task = ImageTask::kind);

/// Styles as their rule reads them: "cinematic; night", "none".
std::string style_names(const std::vector<std::string>& names);

/// Why such a column has no effect although it might be taken for a wish ("model"); null: there is nothing to say.
const NoteKind* unobeyed_column(std::string_view name, std::string_view task = ImageTask::kind);

/// Whether a row with a value in such a column tells of a finished image ("model_hash").
bool tells_of_image(std::string_view name, std::string_view task = ImageTask::kind);

/// Said of what such a row tells of its model.
extern const NoteKind model_column;

/// Whether results of this kind of task have a key of this name, even if not all of them do.
bool is_result_key(std::string_view name, std::string_view task);

/// The names of the prompt and of all rules of this kind of task.
std::vector<std::string> parameter_names(std::string_view task = ImageTask::kind);

/// The parameter that a name was probably meant to be ("temprature"); empty: there is none so like it.
std::string nearly_parameter(std::string_view name, std::string_view task);

/// Throws UsageError "WHERE: the prompt is not UTF-8 (byte N)." and the like.
void check_text(std::string_view text, const char* what, const Place& where);

/// Checks by the same rules those of a task's parameters, as it writes them, that it does not leave at their defaults.
/// Throws UsageError "WHERE: …".
void check_written(const nlohmann::json& parameters, std::string_view task, const Place& where);
template <TaskBody T>
void check_parameters(const T& task, const Place& where) {
    nlohmann::json parameters;
    task.write(parameters);
    check_written(parameters, T::kind, where);
}

/// Checks an image's parameters, wherever they come from, by the same rules, and whether the schedule suits the
/// sampler. Throws UsageError "WHERE: …".
void check(const ImageTask& parameters, const Place& where);

}  // namespace fanlight
