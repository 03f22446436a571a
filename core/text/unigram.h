#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/place.h"
#include "core/text/byte_trie.h"
#include "core/text/token_model.h"

namespace fanlight {

/// A unigram language model (Kudo 2018): of all ways to cut a word into tokens it takes the most probable one
/// (Viterbi). A character that no token covers costs 10 more than the least probable token; neighbours of this kind are
/// one unknown token.
class Unigram : public TokenModel {
public:
    struct Piece {
        std::string text;
        double score;          ///< logarithm of its probability
        bool in_texts = true;  ///< false: no text is ever cut into it
    };

    struct Options {
        std::optional<int32_t> unknown;  ///< below the number of pieces
        bool byte_fallback = false;      ///< unknown text becomes the tokens of its bytes
        bool single_precision = false;   ///< scores are added as float, on which ties depend
    };

    /// A piece's id is its index; of two equal pieces the later one counts.
    Unigram(std::vector<Piece> pieces, const Options& options, Place where);

    std::optional<int32_t> id_of(std::string_view token) const override;
    const std::string* token_of(int64_t id) const override;
    size_t size() const override { return pieces_.size(); }

protected:
    void encode_word(std::string_view word, std::vector<int32_t>& ids) const override;

private:
    /// The best way to a place in the word: by the token `id`, which begins at `begin`.
    struct Step {
        double score = 0;
        size_t begin = SIZE_MAX;
        int32_t id = 0;
    };

    std::vector<Step> best_steps(std::string_view word) const;
    void append_unknown(std::string_view text, std::vector<int32_t>& ids) const;

    std::vector<Piece> pieces_;
    Vocabulary ids_;
    ByteTrie trie_;
    Options options_;
    std::array<std::optional<int32_t>, 256> bytes_;
    double unknown_score_;
    Place where_;
};

/// The part of a tokenizer.json. Throws Error "WHERE: …".
std::unique_ptr<TokenModel> make_unigram(const Json& model, const Place& where);

/// The longest token of a unigram model: the time for a text grows with it.
inline constexpr size_t kMaxPieceBytes = 1024;

}  // namespace fanlight
