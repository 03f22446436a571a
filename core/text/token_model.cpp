#include "core/text/token_model.h"

#include "core/text/bpe_model.h"
#include "core/text/tokenizer_part.h"
#include "core/text/unigram.h"
#include "core/text/word_piece.h"

namespace fanlight {

namespace {

constexpr size_t kMaxCachedWords = 20'000;
constexpr size_t kMaxCachedBytes = 64;  // of a word; longer ones seldom come again

using Model = std::unique_ptr<TokenModel>;

const PartTable<Model>& known_models() {
    static const PartTable<Model> table{
        {"BPE", make_bpe_model},
        {"Unigram", make_unigram},
        {"WordLevel", make_word_level},
        {"WordPiece", make_word_piece},
    };
    return table;
}

/// Files of tokenizers before 0.10 do not name the kind.
std::string kind_of(const Json& model) {
    if (model.contains("merges")) return "BPE";
    if (model.contains("vocab") && model["vocab"].is_array()) return "Unigram";
    return model.contains("continuing_subword_prefix") ? "WordPiece" : "WordLevel";
}

}  // namespace

void TokenModel::encode(const Words& words, std::vector<int64_t>& ids) const {
    // While another thread uses the cache, this one does without.
    const std::unique_lock lock(mutex_, std::try_to_lock);
    for (const Words::Span& span : words.spans) {
        for (std::string_view word = words.word(span); !word.empty();) {
            const std::string_view part = word.substr(0, first_part(word));
            encode_part(part, lock && part.size() <= kMaxCachedBytes, ids);
            word.remove_prefix(part.size());
        }
    }
}

void TokenModel::encode_part(std::string_view part, bool use_cache, std::vector<int64_t>& ids) const {
    if (use_cache) {
        const std::vector<int32_t>& known = cached(part);
        ids.insert(ids.end(), known.begin(), known.end());
    } else {
        std::vector<int32_t> computed;
        encode_word(part, computed);
        ids.insert(ids.end(), computed.begin(), computed.end());
    }
}

const std::vector<int32_t>& TokenModel::cached(std::string_view part) const {
    const auto found = cache_.find(part);
    if (found != cache_.end()) return found->second;
    std::vector<int32_t> ids;
    encode_word(part, ids);
    if (cache_.size() >= kMaxCachedWords) cache_.clear();
    return cache_.emplace(part, std::move(ids)).first->second;
}

TokensById::TokensById(const Vocabulary& vocabulary) {
    tokens_.reserve(vocabulary.size());
    for (const auto& [token, id] : vocabulary) {
        const std::string*& known = tokens_[id];
        if (!known || token < *known) known = &token;
    }
}

const std::string* TokensById::find(int64_t id) const {
    const auto found = tokens_.find(id);
    return found == tokens_.end() ? nullptr : found->second;
}

std::string byte_token(uint8_t byte) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    return {'<', '0', 'x', digits[byte >> 4], digits[byte & 15], '>'};
}

std::unique_ptr<TokenModel> make_token_model(const Json& model, const Place& where) {
    if (!model.is_object() || model.contains("type")) return make_part(known_models(), "model", model, where);
    const std::string kind = kind_of(model);
    for (const auto& [name, make] : known_models())
        if (name == kind) return make(model, Sentence("%1, model %2", where, name));
    return nullptr;
}

}  // namespace fanlight
