#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/place.h"

namespace fanlight {

/// The character map of a SentencePiece model ("precompiled_charsmap"): texts and what replaces them, in a double-array
/// trie (Aoe 1989; Darts-clone's layout) followed by the replacements. Immutable; any thread.
class CharsMap {
public:
    /// An empty map changes nothing. Throws Error "WHERE: …" if a value lies outside the replacements.
    CharsMap(std::string_view bytes, const Place& where);
    static CharsMap from_base64(std::string_view text, const Place& where);

    // Both throw Error if the text grows beyond kMaxTextBytes.

    /// As the tokenizers library does: by grapheme (UAX 29) of less than 6 bytes, of which the shortest entry of the
    /// map that it begins with replaces the whole, and else by character.
    std::string normalise_graphemes(std::string_view text) const;

    /// As SentencePiece does: the longest entry first.
    std::string normalise_longest(std::string_view text) const;

private:
    template <class Found>
    void prefixes(std::string_view text, const Found& found) const;
    std::optional<std::string_view> shortest(std::string_view text) const;
    std::string_view replacement(uint32_t value) const;
    void append_grapheme(std::string_view grapheme, std::string& normalised) const;
    void check_values(const Place& where) const;

    std::vector<uint32_t> units_;
    std::string replacements_;
};

}  // namespace fanlight
