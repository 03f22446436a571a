#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/sentence.h"
#include "core/checkpoints/mapped_file.h"
#include "core/checkpoints/weight_change.h"

namespace fanlight {

/// The prefix of the LoRA keys that change one component.
struct LoraPrefix {
    std::string text;                      ///< "lora_te_", "text_encoder."
    std::string component;                 ///< empty: no such model is supported
    std::vector<std::string> others = {};  ///< names of models that are not supported, whose keys begin so
    std::string of_class = {};             ///< of the component, where only PEFT's config tells which one is meant
    std::string kept = {};                 ///< the end of the text, if the modules' names begin with it: "blocks_"

    auto operator<=>(const LoraPrefix&) const = default;
};

/// A LoRA or another adapter of its relations (LoCon, LoHa, LoKr, DoRA, differences in full) in one .safetensors file,
/// in the names of kohya and LyCORIS ("lora_te_…lora_down.weight", "lora_unet_…hada_w1_a", ".alpha"), diffusers
/// ("text_encoder.….lora_A.weight", ".lora.down.weight") or PEFT. Nothing is copied.
class LoraFile {
public:
    /// The longest prefix that fits a key is its own. `models`: what they belong to, for messages. Throws Error naming
    /// the file and what it is or which tensor is wrong: OFT and adapters for other models are refused, as are halves
    /// without their counterpart, mismatched shapes and an alpha that is not a number.
    LoraFile(const std::filesystem::path& path, std::vector<LoraPrefix> prefixes, const Sentence& models);

    const std::shared_ptr<const MappedFile>& file() const { return file_; }

    /// Those that its keys begin with, sorted.
    const std::set<LoraPrefix>& prefixes() const { return prefixes_; }

    /// What it changes of a component, "text_encoder", by the flat_name() of a module and the parameter's name:
    /// "mid_block_attentions_0_proj_in.weight".
    const std::map<std::string, WeightChange>& changes(const std::string& component) const;

private:
    std::shared_ptr<const MappedFile> file_;
    std::set<LoraPrefix> prefixes_;
    std::map<std::string, std::map<std::string, WeightChange>> changes_;
};

/// A LoRA and its weight.
struct WeightedLora {
    std::shared_ptr<const LoraFile> lora;
    double weight = 1;
    std::optional<double> text_encoder_weight = {};  ///< of text encoders; nullopt: the same
    std::string hash = {};                           ///< see lora_hash(); empty: not known

    double weight_for(std::string_view component) const {
        return component.starts_with("text_encoder") ? text_encoder_weight.value_or(weight) : weight;
    }
};

/// "down_blocks.0.attentions.1" -> "down_blocks_0_attentions_1", as kohya names modules.
std::string flat_name(std::string module);

/// SHA-256 (hex) of all that determines what a LoRA changes: `file_hash`, its file's own, or if PEFT's config beside it
/// counts, too, one of both. Any file has one, whether it is a LoRA or not.
std::string lora_hash(const std::filesystem::path& path, const std::string& file_hash);

/// What changes with anything that lora_hash() is of; empty if the file cannot be asked about.
std::string adapter_identity(const std::filesystem::path& path);

/// SHA-256 (hex) of everything after the header, by which AUTOMATIC1111 and Civitai identify a LoRA.
std::string lora_data_hash(const LoraFile& lora);

}  // namespace fanlight
