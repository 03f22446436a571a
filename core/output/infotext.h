#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/batch/request.h"

// The `parameters` text of AUTOMATIC1111's web UI, which the field's galleries and sites read:
//
//   prompt, any number of lines
//   Negative prompt: any number of lines          (absent when empty)
//   Steps: 20, Sampler: DPM++ 2M, Schedule type: Karras, CFG scale: 7, Seed: 42, Size: 512x512, …
namespace fanlight {

/// Written for one image. LoRAs stand behind the prompt, as <lora:name:weight>. Schedule type appears for karras and
/// exponential, which A1111 has names for (absent means "Automatic" there); the other schedules, and what prompts with
/// lines like the above would garble, are told exactly by recipe_text().
std::string infotext(const ImageTask& parameters, const Recipe& recipe);

/// What such a text says, from whatever program.
struct InfoText {
    std::string prompt;
    std::string negative_prompt;
    std::string prompt_template;           ///< SD.Next: the prompt before its wildcards were filled in
    std::string negative_prompt_template;  ///< SD.Next
    /// In text order; quoted values are decoded, JSON values ("Civitai resources", "SDCPP") are whole. Keys may repeat.
    std::vector<std::pair<std::string, std::string>> pairs;

    /// The last value of a key, else the value that A1111 takes for granted, else "".
    std::string value(std::string_view key) const;
};

/// Never fails: what is no parameter line (fewer than 3 pairs) is prompt.
InfoText parse_infotext(std::string_view text);

/// "512x768" as {512, 768} pixels.
std::optional<std::pair<int, int>> parse_size(std::string_view text);

}  // namespace fanlight
