#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fanlight {

/// The words of a file's or a model's name, in small letters: "sd-v2_vPred10" is sd, v, 2, v, pred, 10.
std::vector<std::string> name_words(const std::string& name);

/// Words that follow each other. "pred" may be "prediction".
using NamePart = std::vector<std::string_view>;

/// Where the part begins among the words; words.end(): nowhere.
std::vector<std::string>::const_iterator find_part(const std::vector<std::string>& words, const NamePart& part);

inline bool has_part(const std::vector<std::string>& words, const NamePart& part) {
    return find_part(words, part) != words.end();
}

}  // namespace fanlight
