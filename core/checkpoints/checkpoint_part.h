#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/checkpoints/key_maps.h"
#include "core/checkpoints/safetensors.h"

namespace fanlight {

/// A file that may be a model, and whom its refusals speak for.
struct CheckpointSource {
    std::string file;  ///< for messages
    const TensorEntries& tensors;
    std::string family;  ///< "Stable Diffusion 1 or 2"
    std::string advice;  ///< the end of a refusal: "choose a checkpoint of …."
};

/// The tensors of one file below a prefix of their names, "first_stage_model.": a component under its original names,
/// from which its configuration follows.
class CheckpointPart {
public:
    CheckpointPart(const CheckpointSource& source, std::string_view prefix);

    /// Under their names without the prefix.
    const TensorEntries& tensors() const { return tensors_; }
    bool has(const std::string& key) const { return tensors_.contains(key); }
    bool empty() const { return tensors_.empty(); }

    /// Throws Error naming a tensor that is missing or has another number of dimensions.
    const std::vector<int64_t>& shape(const std::string& key, size_t rank) const;

    /// How many of NAME0REST, NAME1REST, … there are without a gap.
    int64_t count(const std::string& name, const std::string& rest) const;

    const std::string& family() const { return family_; }

    /// Throws Error: the file, the reason and the advice.
    [[noreturn]] void refuse(const std::string& reason) const;

    /// Each under its name in diffusers. Of what the map does not hold, `may_be_left_out(key)` decides. Throws Error
    /// naming a tensor that is too many, or there twice.
    template <typename LeftOut>
    TensorEntries renamed(const KeyMap& map, const LeftOut& may_be_left_out) const {
        TensorEntries result;
        for (const auto& [key, tensor] : tensors_) {
            const auto name = mapped_key(map, key);
            if (!name && !may_be_left_out(key)) refuse_surplus(key);
            if (name && !result.emplace(*name, tensor).second)
                refuse("has the tensor \"" + name->substr(0, 200) + "\" under two names");
        }
        return result;
    }

    /// The rows of `key` in `names.size()` equal parts, each under its name: joined projections. `rank`: its
    /// dimensions.
    void split_rows(const std::string& key, size_t rank, const std::vector<std::string>& names,
                    TensorEntries& tensors) const;

private:
    [[noreturn]] void refuse_surplus(const std::string& key) const;

    std::string file_, prefix_, family_, advice_;
    TensorEntries tensors_;
};

/// Some key begins with `prefix`.
bool has_key_below(const TensorEntries& tensors, std::string_view prefix);

}  // namespace fanlight
