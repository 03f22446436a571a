#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/base/json.h"
#include "core/text/bpe.h"
#include "core/text/words.h"

namespace fanlight {

/// A vocabulary, and the rule by which words become its tokens. Thread-safe; nothing changes but a cache of words.
class TokenModel {
public:
    TokenModel() = default;
    virtual ~TokenModel() = default;
    TokenModel(const TokenModel&) = delete;
    TokenModel& operator=(const TokenModel&) = delete;

    /// Appends the ids of all words. Throws Error if a word has none and there is no token for what is unknown.
    void encode(const Words& words, std::vector<int64_t>& ids) const;

    virtual std::optional<int32_t> id_of(std::string_view token) const = 0;

    /// Null if no token has this id.
    virtual const std::string* token_of(int64_t id) const = 0;

    /// How many tokens there are.
    virtual size_t size() const = 0;

protected:
    /// Appends the ids of one word, which is not empty.
    virtual void encode_word(std::string_view word, std::vector<int32_t>& ids) const = 0;

    /// Where a word can be cut without any effect on its ids: the length of its first part. Short parts are found in
    /// the cache.
    virtual size_t first_part(std::string_view word) const { return word.size(); }

private:
    using Cache = std::unordered_map<std::string, std::vector<int32_t>, StringHash, std::equal_to<>>;

    void encode_part(std::string_view part, bool use_cache, std::vector<int64_t>& ids) const;
    const std::vector<int32_t>& cached(std::string_view part) const;

    mutable std::mutex mutex_;
    mutable Cache cache_;  // guarded by mutex_
};

/// Tokens by id, of a vocabulary that outlives it. Of two tokens with one id it knows one, the same one every time.
class TokensById {
public:
    explicit TokensById(const Vocabulary& vocabulary);

    const std::string* find(int64_t id) const;

private:
    std::unordered_map<int64_t, const std::string*> tokens_;
};

/// The token that stands for a byte in vocabularies with byte fallback: "<0x0A>".
std::string byte_token(uint8_t byte);

/// The "model" of a tokenizer.json. Throws Error "WHERE, model …: …".
std::unique_ptr<TokenModel> make_token_model(const Json& model, const Place& where);

}  // namespace fanlight
