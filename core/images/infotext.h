#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/batch/request.h"

// The `parameters` text of AUTOMATIC1111's web UI, which galleries and web sites read:
//
//   prompt, any number of lines
//   Negative prompt: any number of lines          (absent when empty)
//   Steps: 20, Sampler: DPM++ 2M, Schedule type: Karras, CFG scale: 7, Seed: 42, Size: 512x512, …
//
// "CFG scale" is cfg_scale, or one more where that is 0 without guidance, or true_cfg_scale beside Forge's "Distilled
// CFG Scale", which is cfg_scale then. Text encoders and the VAE beside them are Forge's "Module 1", "Module 2" and so
// on.
namespace fanlight {

/// The text for one image. LoRAs follow the prompt, as <lora:name:weight>. Schedule type appears for karras and
/// exponential, which A1111 has names for (absent means "Automatic" there); the other schedules, and prompts that
/// contain lines like those above, are recorded exactly by recipe_text().
std::string infotext(const ImageTask& parameters, const Recipe& recipe);

/// The contents of such a text, whichever program wrote it.
struct InfoText {
    std::string prompt;
    std::string negative_prompt;
    std::string prompt_template;           ///< SD.Next: the prompt before its wildcards were filled in
    std::string negative_prompt_template;  ///< SD.Next
    /// In text order; quoted values are decoded, JSON values ("Civitai resources", "SDCPP") are complete. Keys may
    /// repeat.
    std::vector<std::pair<std::string, std::string>> pairs;

    /// Whether the text itself has the key.
    bool has(std::string_view key) const;
    /// The last value of a key, else A1111's default, else "".
    std::string value(std::string_view key) const;
};

/// Never fails: lines that are not parameter lines (fewer than 3 pairs) belong to the prompt.
InfoText parse_infotext(std::string_view text);

/// "512x768" as {512, 768} pixels.
std::optional<std::pair<int, int>> parse_size(std::string_view text);

}  // namespace fanlight
