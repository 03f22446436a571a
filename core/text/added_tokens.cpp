#include "core/text/added_tokens.h"

#include <algorithm>

#include "core/text/unicode.h"

namespace fanlight {

namespace {

bool stands_alone(std::string_view text, size_t start, size_t end) {
    size_t at = start;
    if (start > 0 && is_word_character(previous_character(text, at))) return false;
    at = end;
    return end == text.size() || !is_word_character(next_character(text, at));
}

size_t before_spaces(std::string_view text, size_t start, size_t limit) {
    for (size_t at = start; at > limit && char_class(previous_character(text, at)) == CharClass::Space;) start = at;
    return start;
}

size_t after_spaces(std::string_view text, size_t end) {
    for (size_t at = end; at < text.size() && char_class(next_character(text, at)) == CharClass::Space;) end = at;
    return end;
}

}  // namespace

AddedTokenFinder::AddedTokenFinder(std::vector<Pattern> patterns) : patterns_(std::move(patterns)) {
    std::vector<ByteTrie::Entry> entries;
    for (size_t i = patterns_.size(); i-- > 0;) entries.emplace_back(patterns_[i].text, static_cast<int32_t>(i));
    trie_ = ByteTrie(std::move(entries));
}

const AddedTokenFinder::Pattern* AddedTokenFinder::match(std::string_view text) const {
    const Pattern* longest = nullptr;
    trie_.prefixes(text, [&](size_t, int32_t index) { longest = &patterns_[static_cast<size_t>(index)]; });
    return longest;
}

std::vector<AddedTokenFinder::Piece> AddedTokenFinder::split(std::string_view text, bool special) const {
    if (patterns_.empty()) return {{text, std::nullopt}};
    std::vector<Piece> pieces;
    size_t done = 0;  // everything before it is in `pieces`
    for (size_t at = 0; at < text.size();) {
        const Pattern* found = match(text.substr(at));
        if (!found) {
            ++at;
            continue;
        }
        const size_t end = at + found->text.size();
        const bool ignored =
            (!special && found->token.special) || (found->token.single_word && !stands_alone(text, at, end));
        if (!ignored) {
            const size_t start = found->token.lstrip ? std::max(before_spaces(text, at, 0), done) : at;
            const size_t stop = found->token.rstrip ? after_spaces(text, end) : end;
            if (done < start) pieces.push_back({text.substr(done, start - done), std::nullopt});
            if (start < stop) pieces.push_back({text.substr(at, end - at), found->id});
            done = stop;
        }
        at = end;
    }
    if (done < text.size()) pieces.push_back({text.substr(done), std::nullopt});
    return pieces;
}

}  // namespace fanlight
