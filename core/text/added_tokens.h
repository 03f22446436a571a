#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

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

/// Finds added tokens in a text: the leftmost first, and of these the longest. Immutable once filled; any thread.
class AddedTokenFinder {
public:
    struct Piece {
        std::string_view text;
        std::optional<int32_t> id;  ///< of the added token; nullopt: ordinary text
    };

    /// `pattern` is the text to match; an empty one never matches.
    void add(const std::string& pattern, const AddedToken& token, int32_t id);

    /// The text in order, without the white space that stripping tokens swallow; a token that begins with white space
    /// is found even if the token before it has swallowed it.
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
