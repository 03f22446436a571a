#include "core/text/added_vocabulary.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/text/vocabulary_files.h"

namespace fanlight {

AddedVocabulary::AddedVocabulary(const std::vector<AddedToken>& tokens, const TokenModel& model,
                                 const Normalizer& normalizer) {
    assign_ids(tokens, model, normalizer);
    std::vector<int64_t> ids;
    for (const auto& [id, named] : tokens_) ids.push_back(id);
    std::sort(ids.begin(), ids.end());
    std::vector<AddedTokenFinder::Pattern> raw, normalised;
    for (const int64_t id : ids) {
        const Named& named = tokens_.at(id);
        (named.token.normalized ? normalised : raw).push_back({named.pattern, named.token, static_cast<int32_t>(id)});
    }
    raw_ = AddedTokenFinder(std::move(raw));
    normalised_ = AddedTokenFinder(std::move(normalised));
}

void AddedVocabulary::assign_ids(const std::vector<AddedToken>& tokens, const TokenModel& model,
                                 const Normalizer& normalizer) {
    auto next_id = static_cast<int32_t>(model.size());
    for (const AddedToken& token : tokens) {
        if (token.content.empty()) continue;
        std::optional<int32_t> id = id_of(token.content);
        if (!id) {
            id = model.id_of(token.content);
            if (!id) id = next_id++, ++surplus_;
            ids_[token.content] = *id;
        }
        if (token.special) special_.insert(token.content);
        Named named{token, token.content};
        if (token.normalized) normalizer(named.pattern);
        tokens_[*id] = std::move(named);
    }
}

std::optional<int32_t> AddedVocabulary::id_of(std::string_view content) const {
    const auto found = ids_.find(content);
    return found == ids_.end() ? std::nullopt : std::optional(found->second);
}

const std::string* AddedVocabulary::token_of(int64_t id) const {
    const auto found = tokens_.find(id);
    return found == tokens_.end() ? nullptr : &found->second.pattern;
}

std::vector<int64_t> AddedVocabulary::special_ids() const {
    std::vector<int64_t> ids;
    for (const auto& [id, named] : tokens_)
        if (is_special(named.token.content)) ids.push_back(id);
    std::sort(ids.begin(), ids.end());
    return ids;
}

std::vector<AddedToken> parse_added_tokens(const Json& list, const Place& where) {
    std::vector<AddedToken> tokens;
    if (list.is_null()) return tokens;
    if (!list.is_array()) throw Error("%1: \"added_tokens\" must be a list", where);
    if (list.size() > kMaxTokenId) throw Error("%1: \"added_tokens\" has too many tokens", where);
    for (const Json& json : list) {
        const Place place = Sentence("%1, added token %2", where, tokens.size() + 1);
        AddedToken token{required<std::string>(json, "content", place)};
        token.special = optional_or(json, "special", false, place);
        token.single_word = optional_or(json, "single_word", false, place);
        token.lstrip = optional_or(json, "lstrip", false, place);
        token.rstrip = optional_or(json, "rstrip", false, place);
        token.normalized = optional_or(json, "normalized", !token.special, place);
        tokens.push_back(std::move(token));
    }
    return tokens;
}

}  // namespace fanlight
