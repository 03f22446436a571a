#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "core/base/json.h"

namespace fanlight {

/// What PEFT's LoraConfig says of the layers of a LoRA, as diffusers since 0.34 writes it beside them (the line
/// "lora_adapter_metadata" of the file's metadata, each key after its component: "text_encoder.lora_alpha"). Without
/// such a line, or for a component that it leaves out, an update counts in full.
class PeftConfig {
public:
    /// `metadata`: the line; may be empty. Throws Error naming `file` for a line that is no JSON, an alpha that is no
    /// number, and what computes something else than LoRA (DoRA).
    PeftConfig(std::string_view metadata, const std::string& component, const std::string& file);

    /// lora_alpha / rank, or over its root (rsLoRA, Kalajdzievski 2023). `module` with its dots, as alpha_pattern names
    /// modules or their ends.
    double scale(std::string_view module, int64_t rank) const;

private:
    double alpha_of(std::string_view module) const;

    double alpha_ = 0;  ///< 0: not given
    std::map<std::string, double> alphas_;
    bool root_ = false;
};

}  // namespace fanlight
