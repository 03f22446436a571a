#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>

#include "core/base/place.h"
#include "core/text/token_model.h"

namespace fanlight {

/// Byte-pair encoding as tokenizer.json has it: by characters (or byte symbols), with what becomes of characters that
/// the vocabulary lacks.
class BpeModel : public TokenModel {
public:
    struct Options {
        std::optional<int32_t> unknown;  ///< nullopt: unknown characters are left out
        std::string inner_prefix;        ///< begins tokens that do not begin a word
        std::string end_of_word;         ///< ends tokens that end a word
        bool fuse_unknown = false;       ///< unknown neighbours are one unknown token
        bool byte_fallback = false;      ///< unknown characters become the tokens of their bytes
        bool ignore_merges = false;      ///< a word that is a token stays whole, whatever the merges say
    };

    BpeModel(Bpe bpe, Options options);

    std::optional<int32_t> id_of(std::string_view token) const override { return bpe_.find(token); }
    const std::string* token_of(int64_t id) const override { return tokens_.find(id); }
    size_t size() const override { return bpe_.size(); }

protected:
    void encode_word(std::string_view word, std::vector<int32_t>& ids) const override;
    size_t first_part(std::string_view word) const override;

private:
    struct Symbols;

    std::optional<int32_t> character_id(std::string_view character) const;
    bool append_bytes(std::string_view symbol, std::vector<int32_t>& ids) const;

    Bpe bpe_;
    Options options_;
    TokensById tokens_;
    std::array<std::optional<int32_t>, 256> bytes_;
    bool plain_symbols_;    ///< a symbol is its character: no prefix, no suffix
    bool blanks_separate_;  ///< no merge joins a "▁" to something else in front of it
    std::array<std::optional<int32_t>, 0x200> characters_;
};

/// The part of a tokenizer.json. "dropout", which is for training, is ignored. Throws Error "WHERE: …".
std::unique_ptr<TokenModel> make_bpe_model(const Json& model, const Place& where);

}  // namespace fanlight
