#pragma once

#include <optional>
#include <string_view>

#include "core/images/infotext.h"

namespace fanlight {

inline constexpr const char* comfy_keyword = "prompt";

/// The settings in a graph that ComfyUI writes for its server ("prompt" in a PNG: nodes by number, with "class_type"
/// and "inputs"): those of the sampler that begins with noise, and of the nodes that it is fed by. They come as A1111
/// would write them; LoRAs are tags behind the prompt. nullopt: it is no graph, or has no sampler with a prompt that
/// can be followed.
std::optional<InfoText> parse_comfy_graph(std::string_view text);

}  // namespace fanlight
