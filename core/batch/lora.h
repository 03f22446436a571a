#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/place.h"

namespace fanlight {

constexpr double max_lora_weight = 100;  ///< in both directions

/// A LoRA, or another adapter, that is merged into a model's weights.
struct Lora {
    std::string name;       ///< the file name without ".safetensors"; as long as it is only asked for, what was written
    std::string file;       ///< absolute path, which is not part of an image's recipe
    std::string hash;       ///< SHA-256 of the file, hex
    std::string data_hash;  ///< SHA-256 of everything after the header: what A1111 calls its hash
    double weight = 1;
    std::optional<double> text_encoder_weight = {};  ///< of text encoders; nullopt: the same weight

    bool operator==(const Lora&) const = default;
};

// A LoRA as a user asks for it: its name, which may be a path, and its weights.

/// Of "NAME", "NAME:WEIGHT" or, as in A1111's tags, "NAME:TEXT_ENCODER_WEIGHT:WEIGHT". Throws UsageError "WHERE: …".
Lora asked_lora(std::string_view text, const Place& where);

/// The text of such a one: "NAME:WEIGHT". It says the same again.
std::string lora_text(const Lora& lora);

/// The text of several: "a:0.8; b:1". "none" if there is none.
std::string lora_texts(const std::vector<Lora>& loras);

/// Of such a text, or of a JSON list of texts or of objects with the keys name, weight and text_encoder_weight, as in
/// manifests. Throws UsageError "WHERE: …".
std::vector<Lora> asked_loras(std::string_view text, const Place& where);

/// Of A1111's tag `<lora:NAME>`, `<lora:NAME:WEIGHT>`, `<lora:NAME:TEXT_ENCODER_WEIGHT:WEIGHT>` or
/// `<lora:NAME:te=0.5:unet=1>`. Throws UsageError "WHERE: …" for another one.
Lora lora_in_tag(std::string_view tag, const Place& where);

/// Takes such tags out of a prompt, in their order. Throws UsageError "WHERE: …" as above.
std::vector<Lora> take_lora_tags(std::string& prompt, const Place& where);

/// The tag that says the same: "<lora:NAME:WEIGHT>".
std::string lora_tag(const Lora& lora);

/// Adds the second list's to the first; one that is there already gets the other's weights.
void add_loras(std::vector<Lora>& loras, const std::vector<Lora>& others);

}  // namespace fanlight
