#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "core/base/place.h"
#include "core/text/added_tokens.h"
#include "core/text/normalizer.h"
#include "core/text/token_model.h"

namespace fanlight {

/// The tokens that a tokenizer has besides its model's, or that are found in a text before the model sees it. Immutable
/// once filled; any thread.
class AddedVocabulary {
public:
    AddedVocabulary() = default;

    /// As in the tokenizers library, a token that the model knows keeps the model's id, and others get the next ids
    /// after the model's tokens, whatever the file says.
    AddedVocabulary(const std::vector<AddedToken>& tokens, const TokenModel& model, const Normalizer& normalizer);

    std::optional<int32_t> id_of(std::string_view content) const;

    /// The token as decoders see it, in normalised form if it is matched so; null if it is not an added one.
    const std::string* token_of(int64_t id) const;

    bool is_special(std::string_view content) const { return special_.contains(content); }

    /// How many tokens it has that the model lacks.
    size_t surplus() const { return surplus_; }

    const AddedTokenFinder& raw() const { return raw_; }                ///< finds tokens in the text as it is
    const AddedTokenFinder& normalised() const { return normalised_; }  ///< in the normalised text

    std::vector<int64_t> special_ids() const;

private:
    struct Named {
        AddedToken token;
        std::string pattern;
    };

    void assign_ids(const std::vector<AddedToken>& tokens, const TokenModel& model, const Normalizer& normalizer);

    Vocabulary ids_;
    std::unordered_map<int64_t, Named> tokens_;
    std::unordered_set<std::string, StringHash, std::equal_to<>> special_;
    size_t surplus_ = 0;
    AddedTokenFinder raw_;
    AddedTokenFinder normalised_;
};

/// The "added_tokens" of a tokenizer.json. Throws Error "WHERE, added token N: …".
std::vector<AddedToken> parse_added_tokens(const Json& list, const Place& where);

}  // namespace fanlight
