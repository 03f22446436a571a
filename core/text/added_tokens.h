#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/text/byte_trie.h"

namespace fanlight {

/// A token that is recognised before the text is split into words, with the flags of tokenizer.json's "added_tokens".
struct AddedToken {
    std::string content;
    bool single_word = false;  ///< not inside a word
    bool lstrip = false;       ///< swallows the white space on its left
    bool rstrip = false;       ///< … on its right
    bool normalized = false;   ///< matched in normalised form against the normalised text
    bool special = true;

    bool operator==(const AddedToken&) const = default;
};

/// Finds added tokens in a text: the leftmost first, and of these the longest. Immutable; any thread.
class AddedTokenFinder {
public:
    /// What is looked for: `text` stands for `token`, perhaps in normalised form.
    struct Pattern {
        std::string text;
        AddedToken token;
        int32_t id;
    };

    struct Piece {
        std::string_view text;
        std::optional<int32_t> id;  ///< of the added token; nullopt: ordinary text
    };

    AddedTokenFinder() = default;

    /// Of equal patterns the first one counts; an empty one never matches.
    explicit AddedTokenFinder(std::vector<Pattern> patterns);

    /// The text in order, without the white space that stripping tokens swallow. A token of white space that the token
    /// before it has swallowed is found nevertheless, unless it strips on its left. Without `special`, special tokens
    /// are ordinary text.
    std::vector<Piece> split(std::string_view text, bool special = true) const;

private:
    const Pattern* match(std::string_view text) const;

    std::vector<Pattern> patterns_;
    ByteTrie trie_;  // to indices of patterns_
};

}  // namespace fanlight
