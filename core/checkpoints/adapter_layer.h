#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/sentence.h"
#include "core/checkpoints/peft_config.h"
#include "core/checkpoints/tensor_entry.h"
#include "core/checkpoints/weight_change.h"

namespace fanlight {

/// What a tensor of an adapter is to the layer that it belongs to.
enum class AdapterRole {
    Alpha,
    DoraScale,        ///< as LyCORIS and kohya's trainers store it
    MagnitudeVector,  ///< as PEFT stores it
    LoraUp,
    LoraDown,
    LoraMid,
    HadaUp1,
    HadaDown1,
    HadaCore1,
    HadaUp2,
    HadaDown2,
    HadaCore2,
    KronWhole1,
    KronUp1,
    KronDown1,
    KronWhole2,
    KronUp2,
    KronDown2,
    KronCore2,
    Difference,
    BiasDifference,
};

/// A role and what of the key tells it, ".lora_up.weight".
struct AdapterEnding {
    std::string_view text;
    AdapterRole role;
};

/// By the key's end; nullptr: it is none of an adapter's.
const AdapterEnding* adapter_ending(std::string_view key);

/// The tensors of an adapter that belong to one module.
struct AdapterLayer {
    std::string key;     ///< of one of them, for messages
    std::string module;  ///< with dots, unless the file has none
    std::map<AdapterRole, TensorEntry> tensors = {};
};

/// What a layer changes.
struct LayerChanges {
    std::optional<WeightChange> weight, bias;
};

/// Throws Error naming `file` and the tensor that is wrong: halves without their counterpart, shapes that do not fit
/// together, numbers of a type that has no fractions, an alpha that is not a number.
LayerChanges changes_of(const AdapterLayer& layer, const PeftConfig& peft, const std::string& file);

/// Throws Error: "FILE is an OFT; choose another LoRA."
[[noreturn]] void refuse_adapter(const std::string& file, const Sentence& what);

}  // namespace fanlight
