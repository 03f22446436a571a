#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/checkpoints/checkpoint_part.h"
#include "core/checkpoints/key_maps.h"

namespace fanlight {

/// What a network's modules were called before diffusers, and how their rows were laid out then.
struct OriginalNames {
    KeyMap modules = {};
    /// One module then, several in diffusers, which have its rows between them.
    std::map<std::string, FusedParts> fused = {};
    /// Modules, as they were called, whose rows have changed places half by half.
    std::set<std::string> swapped = {};
};

/// The tensors of a file with such names under diffusers'; those of which the names say nothing keep theirs. Throws
/// Error naming a tensor that cannot be divided.
TensorEntries in_diffusers_names(const CheckpointPart& part, const OriginalNames& names);

}  // namespace fanlight
