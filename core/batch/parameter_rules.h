#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/batch/request.h"

namespace fanlight {

/// What a column, key or option may set, under every name that it goes by. The one table for prompt lists and command
/// line.
struct ParameterRule {
    const char* name;
    std::vector<const char*> aliases;  ///< normalised: lower case, '_' for blanks and '-'
    /// Reads the text into `overrides`; throws UsageError "WHERE: steps must be …".
    void (*read)(std::string_view text, Overrides& overrides, const std::string& where);
};
const std::vector<ParameterRule>& parameter_rules();

/// Lower case, blanks and '-' as '_': "CFG scale" -> "cfg_scale".
std::string normalised_name(std::string_view name);

/// By any of its names; nullptr when there is none.
const ParameterRule* find_parameter(std::string_view name);

/// Columns that say something about a finished image (our own manifest's, A1111's log.csv's) and nothing about the
/// next.
bool is_known_column(std::string_view name);

/// "a, b and c" for messages.
std::string known_parameters();

/// A user's text for a message: in quotes, on one line, cut after 60 characters.
std::string in_quotes(std::string_view text);

/// Throws UsageError "WHERE: the prompt is not UTF-8 (byte N)." and the like.
void check_text(std::string_view text, const char* what, const std::string& where);

/// Holds an image's parameters, wherever they come from, against the same rules, and the schedule against the sampler.
/// Throws UsageError "WHERE: …".
void check(const ImageTask& parameters, const std::string& where);

}  // namespace fanlight
