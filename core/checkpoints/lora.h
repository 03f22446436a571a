#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/checkpoints/mapped_file.h"
#include "core/checkpoints/tensor_entry.h"

namespace fanlight {

/// A low-rank update of one module (Hu et al. 2021): weight += W * scale * up @ down for a LoRA with weight W.
struct LoraLayer {
    std::string key;   ///< its name in the file, for messages
    TensorEntry down;  ///< [r, in] or [r, in, kh, kw], floating point
    TensorEntry up;    ///< [out, r] or [out, r, 1, 1]
    double scale = 1;  ///< alpha / r of the file's tensors, else of its PeftConfig, else 1
};

/// The prefix of the LoRA keys that change one component.
struct LoraPrefix {
    std::string text;        ///< "lora_te_", "text_encoder."
    std::string component;   ///< empty: the model is not supported
    std::string model = {};  ///< name of the model if it is not supported
};

/// A LoRA in one .safetensors file, in kohya's names ("lora_te_…lora_down.weight", ".alpha"; convolutions as in LoCon)
/// or diffusers' ("text_encoder.….lora_A.weight", ".lora.down.weight"). Nothing is copied.
class LoraFile {
public:
    /// `models`: what the prefixes belong to, for messages. Throws Error naming the file and what it is or which tensor
    /// is wrong: LoHa, LoKr, DoRA and LoRAs for other models are refused, as are halves without their counterpart,
    /// mismatched shapes and an alpha that is not a number.
    LoraFile(const std::filesystem::path& path, const std::vector<LoraPrefix>& prefixes, const std::string& models);

    const std::shared_ptr<const MappedFile>& file() const { return file_; }

    /// Those that it changes.
    std::vector<std::string> components() const;

    /// The layers of a component, "text_encoder", by flat_name() of their modules.
    const std::map<std::string, LoraLayer>& layers(const std::string& component) const;

private:
    std::shared_ptr<const MappedFile> file_;
    std::map<std::string, std::map<std::string, LoraLayer>> layers_;
};

/// A LoRA and its weight.
struct WeightedLora {
    std::shared_ptr<const LoraFile> lora;
    double weight = 1;
};

/// "down_blocks.0.attentions.1" -> "down_blocks_0_attentions_1", as kohya names modules.
std::string flat_name(std::string module);

/// SHA-256 (hex) of everything after the header, by which AUTOMATIC1111 and Civitai identify a LoRA.
std::string lora_data_hash(const LoraFile& lora);

}  // namespace fanlight
