#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/batch/request.h"

namespace fanlight {

/// A parameter that a column, key or option can set, with all its names. Prompt lists and the command line use the same
/// table.
struct ParameterRule {
    const char* name;
    std::vector<const char*> aliases;  ///< normalised: lower case, '_' for blanks and '-'
    /// Reads the text into `overrides`; throws UsageError "WHERE: steps must be …".
    void (*read)(std::string_view text, Overrides& overrides, const std::string& where);
};
const std::vector<ParameterRule>& parameter_rules();

/// In lower case, with '_' for blanks and '-': "CFG scale" -> "cfg_scale".
std::string normalised_name(std::string_view name);

/// Finds a rule by any of its names; nullptr: there is none.
const ParameterRule* find_parameter(std::string_view name);

/// Whether the column, of our manifest or of A1111's log.csv, only describes a finished image and sets nothing for a
/// new one.
bool is_known_column(std::string_view name);

/// "a, b and c" for messages.
std::string known_parameters();

/// A user's text for a message: in quotes, on one line, cut after 60 characters.
std::string in_quotes(std::string_view text);

/// Throws UsageError "WHERE: the prompt is not UTF-8 (byte N)." and the like.
void check_text(std::string_view text, const char* what, const std::string& where);

/// Checks an image's parameters, wherever they come from, by the same rules, and whether the schedule suits the
/// sampler. Throws UsageError "WHERE: …".
void check(const ImageTask& parameters, const std::string& where);

}  // namespace fanlight
