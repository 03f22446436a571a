#pragma once

#include <optional>
#include <string_view>

#include "core/images/infotext.h"

namespace fanlight {

/// How a text under the keyword `parameters` is written.
enum class ParametersText {
    Infotext,  ///< as by A1111
    Json,      ///< an object, or something that begins like one
};
ParametersText kind_of_parameters(std::string_view text);

/// The settings of programs that write a JSON object instead: SwarmUI (in "sui_image_params"), Fooocus and its
/// relatives (one flat object). They come as A1111 would write them, with its keys; those that it has no name for keep
/// their own. nullopt: the object has no prompt, or it is broken.
std::optional<InfoText> parse_foreign_json(std::string_view text);

}  // namespace fanlight
