#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "core/base/json.h"
#include "core/checkpoints/checkpoint_part.h"
#include "core/checkpoints/stored_tensors.h"

namespace fanlight {

/// What a user names in place of a model's component: a file of tensors, or a folder that diffusers or transformers has
/// saved. No weight is read.
struct GivenComponent {
    std::string place;           ///< for messages
    std::optional<Json> config;  ///< of a folder that has one
    StoredTensors stored;
    TensorEntries entries;  ///< those of `stored`

    /// Throws Error naming the file that is missing or broken. `weights`: stem of a folder's weights.
    GivenComponent(const std::filesystem::path& path, const std::string& weights);

    /// For messages about its tensors, which may have original names. `advice` ends them.
    CheckpointSource source(const Sentence& advice) const { return {place, entries, {}, advice}; }

    /// Some of its tensors, under other names or in parts.
    StoredTensors stored_as(const TensorEntries& renamed) const;
};

/// Throws Error unless these tensors, under the names of the model's own, are as many and of the same shapes.
void check_same_tensors(const GivenComponent& given, const TensorEntries& theirs, const StoredTensors& ours,
                        const Sentence& advice);

}  // namespace fanlight
