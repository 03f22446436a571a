#pragma once

#include <functional>
#include <map>
#include <string>

#include "core/base/sentence.h"

namespace fanlight {

/// Where what text encoders have read is kept on disk, and by what.
struct EncodedTextsPlace {
    std::string folder;                           ///< empty: nothing is kept
    std::map<std::string, std::string> encoders;  ///< hashes by component, a refiner's with "refiner/" before it
    /// What else numbers depend on: program, dtype and the device that computes them.
    std::string computed_by;
    std::function<void(const Sentence& note)> tell = {};  ///< what is to be said of files; null: nothing is

    /// For the conditioner of a model's refiner.
    EncodedTextsPlace of_refiner() const;
};

}  // namespace fanlight
