#include "core/checkpoints/checkpoint_part.h"

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

/// One of equal parts of its first dimension.
static std::shared_ptr<const TensorEntry> part_of_scale(const TensorEntry& scale, size_t part, size_t parts) {
    TensorEntry own = scale;
    const size_t length = scale.bytes.size() / parts;
    own.shape[0] /= static_cast<int64_t>(parts);
    own.bytes = scale.bytes.substr(part * length, length);
    return std::make_shared<const TensorEntry>(std::move(own));
}

void CheckpointPart::split_rows(const std::string& key, size_t rank, const std::vector<std::string>& names,
                                TensorEntries& tensors) const {
    const auto parts = names.size();
    const std::vector<int64_t>& shape = this->shape(key, rank);
    const TensorEntry& joined = tensors_.at(key);
    const int64_t scales = joined.scale ? shape_of_scale(joined).at(0) : 1;  // 1: it is of all rows
    const uint64_t blocks = joined.bytes.size() / block_of(joined.dtype).bytes;
    if ((scales > 1 && scales % static_cast<int64_t>(parts) != 0) || shape[0] % static_cast<int64_t>(parts) != 0 ||
        blocks % parts != 0)
        refuse(Sentence("has a %1 that cannot be split into %2 projections", key, parts));
    const size_t length = joined.bytes.size() / parts;
    for (size_t i = 0; i < parts; ++i) {
        TensorEntry& one = tensors[names[i]];
        one = joined;
        one.shape[0] /= static_cast<int64_t>(parts);
        one.bytes = joined.bytes.substr(i * length, length);
        if (scales > 1) one.scale = part_of_scale(*joined.scale, i, parts);
    }
}

bool has_key_below(const TensorEntries& tensors, std::string_view prefix) {
    const auto first = tensors.lower_bound(std::string(prefix));
    return first != tensors.end() && first->first.starts_with(prefix);
}

}  // namespace fanlight
