#pragma once

#include <memory>
#include <string>

#include "core/base/place.h"
#include "core/text/token_model.h"

namespace fanlight {

/// WordPiece (Schuster and Nakajima 2012; BERT): from the left, the longest token each time; a word of which some part
/// is unknown is unknown as a whole.
class WordPiece : public TokenModel {
public:
    struct Options {
        std::string unknown;
        std::string inner_prefix = "##";  ///< begins tokens that do not begin a word
        int64_t max_characters = 100;     ///< a longer word is unknown
    };

    WordPiece(Vocabulary vocabulary, Options options, Place where);

    std::optional<int32_t> id_of(std::string_view token) const override;
    const std::string* token_of(int64_t id) const override { return tokens_.find(id); }
    size_t size() const override { return vocabulary_.size(); }

protected:
    void encode_word(std::string_view word, std::vector<int32_t>& ids) const override;

private:
    std::optional<std::pair<int32_t, size_t>> longest_token(std::string_view word, size_t begin) const;
    int32_t unknown_id() const;

    Vocabulary vocabulary_;
    TokensById tokens_;
    Options options_;
    size_t max_token_bytes_ = 0;
    Place where_;
};

/// The parts of a tokenizer.json. Throws Error "WHERE: …".
std::unique_ptr<TokenModel> make_word_piece(const Json& model, const Place& where);

/// Whole words only: WordPiece without inner tokens.
std::unique_ptr<TokenModel> make_word_level(const Json& model, const Place& where);

}  // namespace fanlight
