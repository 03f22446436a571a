#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/sentence.h"
#include "core/config/model_places.h"
#include "core/families/families.h"

namespace fanlight {

/// What is known of a LoRA without loading it: from its file, and from the files that AUTOMATIC1111, its helpers for
/// Civitai and ComfyUI's LoRA manager leave beside it.
struct LoraCard {
    std::string name;  ///< as find_lora() takes it
    std::filesystem::path file;
    std::filesystem::path picture;  ///< an example, beside the file; empty: there is none
    std::string trigger;            ///< the words that call up what it was trained for; may be empty
    std::optional<double> weight;   ///< that its user or its maker recommends
    std::string base_model;         ///< what it was made for, in its maker's words: "SDXL 1.0"; may be empty
    std::string notes;              ///< the user's own; may be empty
    Sentence problem;               ///< why it cannot be used; empty: it can
};

/// All in the places for LoRAs, by name. `model`: into which they must go, layer by layer; nullptr: any. Opens each
/// file. What is wrong with one becomes its `problem`; a side file that cannot be read is passed over.
std::vector<LoraCard> list_loras(const ModelPlaces& places, const KnownModel* model);

/// Adds what a side file says that is not known yet. Throws Error if it is not JSON.
void read_lora_notes(std::string_view json, LoraCard& card);

}  // namespace fanlight
