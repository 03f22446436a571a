#pragma once

#include <string>
#include <vector>

#include "core/base/sentence.h"

namespace fanlight {

/// In English.
inline std::vector<std::string> texts_of(const std::vector<Sentence>& sentences) {
    std::vector<std::string> texts;
    for (const Sentence& sentence : sentences) texts.push_back(sentence.text());
    return texts;
}

}  // namespace fanlight
