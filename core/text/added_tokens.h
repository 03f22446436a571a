#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace fanlight {

/// A token that is found in the text before it is split into words, with the flags of tokenizer.json's "added_tokens".
struct AddedToken {
    std::string content;
    bool single_word = false;  ///< not inside a word
    bool lstrip = false;       ///< takes the white space on its left along
    bool rstrip = false;       ///< … on its right
    bool normalized = false;   ///< looked for in the normalised text, in its own normalised form
    bool special = true;

    bool operator==(const AddedToken&) const = default;
};

/// Finds added tokens in a text: leftmost first, of those the longest. Immutable once filled; any thread.
class AddedTokenFinder {
public:
    struct Piece {
        std::string_view text;
        std::optional<int32_t> id;  ///< of the added token; none: ordinary text
    };

    /// `pattern` is what is looked for; an empty one never occurs.
    void add(const std::string& pattern, const AddedToken& token, int32_t id);

    /// The text in order, white space beside stripping tokens left out; a token that begins with white space is found
    /// even where the token before it has taken that.
    std::vector<Piece> split(std::string_view text) const;

private:
    struct Pattern {
        std::string text;
        AddedToken token;
        int32_t id;
    };

    const Pattern* match(std::string_view text) const;

    std::unordered_map<char, std::vector<Pattern>> patterns_;  // by first byte, longest first
};

}  // namespace fanlight
