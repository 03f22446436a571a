#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/json.h"

namespace fanlight {

/// The largest alpha of a LoRA, in both directions: beyond it nothing is a change of the weights.
constexpr double max_lora_alpha = 1e6;

/// What PEFT's LoraConfig says of the layers of a LoRA, as diffusers since 0.34 writes it beside them (the line
/// "lora_adapter_metadata" of the file's metadata, each key after its component: "text_encoder.lora_alpha"). Without
/// such a line, or for a component that it leaves out, an update counts in full. PEFT itself writes a file beside it.
class PeftConfig {
public:
    /// `metadata`: the entry's text; may be empty. Throws Error naming `file` for malformed JSON, an alpha that is not
    /// a number.
    PeftConfig(std::string_view metadata, const std::string& component, const std::string& file);

    /// That of an adapter_config.json, whose keys are those of one component. Throws Error naming it likewise.
    static PeftConfig of_file(const std::filesystem::path& file);

    /// lora_alpha / rank, or / sqrt(rank) (rsLoRA, Kalajdzievski 2023). `module` is written with dots, as in
    /// alpha_pattern, whose keys match whole names or suffixes, those that begin with "^" whole names alone. `rank`:
    /// what the layer's tensors say, else it is the config's.
    double scale(std::string_view module, std::optional<int64_t> rank) const;

    /// The class of what was trained, "CLIPTextModel"; empty if it is not said.
    const std::string& base_class() const { return base_class_; }

private:
    PeftConfig() = default;
    void read(const Json& config, const std::string& prefix, const Place& where);
    double alpha_of(std::string_view module) const;

    std::string base_class_;
    double alpha_ = 0;  ///< 0: not set
    std::map<std::string, double> alphas_;
    int64_t rank_ = 0;  ///< 0: not set
    bool root_ = false;
};

}  // namespace fanlight
