#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/sentence.h"
#include "core/checkpoints/key_maps.h"
#include "core/checkpoints/noise_training.h"
#include "core/checkpoints/tensor_entry.h"

namespace fanlight {

/// A single file whose components are being read, and the texts for its error messages.
struct CheckpointSource {
    std::string file;  ///< for messages
    const TensorEntries& tensors;
    std::string family;           ///< the family's title
    Sentence advice;              ///< ends the message: "choose a checkpoint of …."
    NoiseTraining training = {};  ///< what is known from elsewhere
    std::string title = {};       ///< what the file's metadata call the model (ModelSpec); empty: they do not say
};

/// What a part of a fused projection is called by itself, and how many of the projection's equal shares it has.
struct FusedPart {
    FusedPart(std::string name, int64_t shares = 1) : name(std::move(name)), shares(shares) {}

    std::string name;
    int64_t shares;
};
/// Those of one projection, in the order of its rows.
using FusedParts = std::vector<FusedPart>;
int64_t shares_of_all(const FusedParts& parts);

/// The tensors of a single file whose names begin with a prefix such as "first_stage_model.": one component under its
/// original names, from which its configuration follows.
class CheckpointPart {
public:
    CheckpointPart(const CheckpointSource& source, std::string_view prefix);

    /// Without the prefix.
    const TensorEntries& tensors() const { return tensors_; }
    bool has(const std::string& key) const { return tensors_.contains(key); }
    bool empty() const { return tensors_.empty(); }

    /// Throws Error if the tensor is missing or has another number of dimensions.
    const std::vector<int64_t>& shape(const std::string& key, size_t rank) const;

    /// The number of keys NAME0REST, NAME1REST, … up to the first gap.
    int64_t count(const std::string& name, const std::string& rest) const;

    const std::string& family() const { return family_; }

    /// Throws Error with the file, the reason and the advice.
    [[noreturn]] void refuse(const Sentence& reason) const;

    /// The tensors under diffusers' names. Keys that the map does not cover are skipped if `may_be_left_out(key)`.
    /// Throws Error naming all surplus tensors, or one that occurs twice.
    template <typename LeftOut>
    TensorEntries renamed(const KeyMap& map, const LeftOut& may_be_left_out) const {
        TensorEntries result;
        std::vector<std::string> surplus;
        for (const auto& [key, tensor] : tensors_) {
            const auto name = mapped_key(map, key);
            if (!name && !may_be_left_out(key)) surplus.push_back(key);
            if (name && !result.emplace(*name, tensor).second)
                refuse(Sentence("has the tensor \"%1\" under two names", name->substr(0, 200)));
        }
        if (!surplus.empty()) refuse_surplus(std::move(surplus));
        return result;
    }

    /// Splits the rows of a fused projection into parts of whole blocks, under their names. `rank`: the tensor's
    /// dimensions.
    void split_rows(const std::string& key, size_t rank, const FusedParts& parts, TensorEntries& tensors) const;

private:
    [[noreturn]] void refuse_surplus(std::vector<std::string> keys) const;

    std::string file_, prefix_, family_;
    Sentence advice_;
    TensorEntries tensors_;
};

bool has_key_below(const TensorEntries& tensors, std::string_view prefix);

}  // namespace fanlight
