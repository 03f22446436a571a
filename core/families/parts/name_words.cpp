#include "core/families/parts/name_words.h"

#include <algorithm>
#include <cctype>

namespace fanlight {

std::vector<std::string> name_words(const std::string& name) {
    const auto kind_of = [](unsigned char c) {
        return std::isdigit(c) ? 1 : std::isupper(c) ? 2 : std::islower(c) ? 3 : 0;
    };
    std::vector<std::string> words;
    int last = 0;
    for (const unsigned char c : name) {
        const int kind = kind_of(c);
        const bool goes_on = kind == last || (last == 2 && kind == 3);
        if (kind != 0 && !goes_on) words.emplace_back();
        if (kind != 0) words.back() += static_cast<char>(std::tolower(c));
        last = kind;
    }
    return words;
}

std::vector<std::string>::const_iterator find_part(const std::vector<std::string>& words, const NamePart& part) {
    const auto equal = [](const std::string& word, std::string_view wanted) {
        const bool may_go_on = wanted.ends_with("pred");
        return word == wanted || (may_go_on && word == std::string(wanted) + "iction");
    };
    return std::search(words.begin(), words.end(), part.begin(), part.end(), equal);
}

}  // namespace fanlight
