#pragma once

#include <optional>
#include <string_view>

#include "core/images/infotext.h"

namespace fanlight {

inline constexpr const char* invoke_keyword = "invokeai_metadata";

/// The settings that InvokeAI 3 and later writes ("invokeai_metadata" in a PNG: one object). They come as A1111 would
/// write them; LoRAs are tags behind the prompt. nullopt: the object has no prompt, or it is broken.
std::optional<InfoText> parse_invoke_metadata(std::string_view text);

}  // namespace fanlight
