#include "core/checkpoints/checkpoint_part.h"

#include <numeric>

#include "core/base/error.h"
#include "core/checkpoints/number_scales.h"
#include "core/checkpoints/tensor_misfits.h"
#include "core/checkpoints/tensor_number.h"

namespace fanlight {

CheckpointPart::CheckpointPart(const CheckpointSource& source, std::string_view prefix)
    : file_(source.file), prefix_(prefix), family_(source.family), advice_(source.advice) {
    const TensorEntries& all = source.tensors;
    for (auto it = all.lower_bound(prefix_); it != all.end() && it->first.starts_with(prefix); ++it)
        tensors_.emplace_hint(tensors_.end(), it->first.substr(prefix.size()), it->second);
}

const std::vector<int64_t>& CheckpointPart::shape(const std::string& key, size_t rank) const {
    const auto found = tensors_.find(key);
    if (found == tensors_.end()) refuse(Sentence("has no tensor \"%1%2\"", prefix_, key));
    if (found->second.shape.size() != rank)
        refuse(Sentence("has a tensor \"%1%2\" of %3 dimensions where there must be %4", prefix_, key,
                        found->second.shape.size(), rank));
    return found->second.shape;
}

int64_t CheckpointPart::count(const std::string& name, const std::string& rest) const {
    int64_t number = 0;
    while (has(name + std::to_string(number) + rest)) ++number;
    return number;
}

void CheckpointPart::refuse(const Sentence& reason) const { throw Error("%1 %2; %3", file_, reason, advice_); }

void CheckpointPart::refuse_surplus(std::vector<std::string> keys) const {
    for (std::string& key : keys) key.insert(0, prefix_);
    if (keys.size() == 1) refuse(Sentence("has an unexpected tensor \"%1\"", keys.front().substr(0, 200)));
    refuse(Sentence("has unexpected tensors: %1", grouped(keys)));
}

/// Some of equal shares of its first dimension.
static TensorEntry rows_of(const TensorEntry& whole, int64_t first, int64_t count, int64_t shares) {
    TensorEntry own = whole;
    const size_t length = whole.bytes.size() / static_cast<size_t>(shares);
    own.shape[0] = whole.shape[0] / shares * count;
    own.bytes = whole.bytes.substr(static_cast<size_t>(first) * length, static_cast<size_t>(count) * length);
    return own;
}

int64_t shares_of_all(const FusedParts& parts) {
    return std::accumulate(parts.begin(), parts.end(), int64_t{0},
                           [](int64_t sum, const FusedPart& part) { return sum + part.shares; });
}

void CheckpointPart::split_rows(const std::string& key, size_t rank, const FusedParts& parts,
                                TensorEntries& tensors) const {
    const int64_t shares = shares_of_all(parts);
    const std::vector<int64_t>& shape = this->shape(key, rank);
    const TensorEntry& joined = tensors_.at(key);
    const int64_t scales = joined.scale ? shape_of_scale(joined).at(0) : 1;  // 1: it is of all rows
    const uint64_t blocks = joined.bytes.size() / block_of(joined.dtype).bytes;
    if ((scales > 1 && scales % shares != 0) || shape[0] % shares != 0 || blocks % static_cast<uint64_t>(shares) != 0)
        refuse(Sentence("has a %1 that cannot be split into %2 projections", key, parts.size()));
    int64_t first = 0;
    for (const FusedPart& part : parts) {
        TensorEntry& one = tensors[part.name];
        one = rows_of(joined, first, part.shares, shares);
        if (scales > 1)
            one.scale = std::make_shared<const TensorEntry>(rows_of(*joined.scale, first, part.shares, shares));
        first += part.shares;
    }
}

bool has_key_below(const TensorEntries& tensors, std::string_view prefix) {
    const auto first = tensors.lower_bound(std::string(prefix));
    return first != tensors.end() && first->first.starts_with(prefix);
}

}  // namespace fanlight
