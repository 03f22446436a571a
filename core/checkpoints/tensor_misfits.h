#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/sentence.h"

namespace fanlight {

/// What a checkpoint holds and the network of its config does not, and the other way round. Keys in any order.
struct TensorMisfits {
    struct Misshapen {
        std::string key;
        std::vector<int64_t> found, needed;
    };

    std::vector<std::string> missing, surplus;
    std::vector<Misshapen> misshapen;

    bool empty() const { return missing.empty() && surplus.empty() && misshapen.empty(); }
};

/// Keys that differ in numbers alone as one: "blocks.*.weight (12)".
Sentence grouped(const std::vector<std::string>& keys);

/// All of them in one sentence about `place`, grouped(). A file has no config that they would not fit.
Sentence sentence_of(const TensorMisfits& misfits, const std::string& place);

/// "[320, 768]"
std::string shape_text(const std::vector<int64_t>& shape);

}  // namespace fanlight
