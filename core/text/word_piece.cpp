#include "core/text/word_piece.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/text/unicode.h"
#include "core/text/vocabulary_files.h"

namespace fanlight {

namespace {

int64_t count_characters(std::string_view text) {
    return std::count_if(text.begin(), text.end(),
                         [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; });
}

class WordLevel : public TokenModel {
public:
    WordLevel(Vocabulary vocabulary, std::string unknown, Place where)
        : vocabulary_(std::move(vocabulary)),
          tokens_(vocabulary_),
          unknown_(std::move(unknown)),
          where_(std::move(where)) {}

    std::optional<int32_t> id_of(std::string_view token) const override {
        const auto found = vocabulary_.find(token);
        return found == vocabulary_.end() ? std::nullopt : std::optional(found->second);
    }
    const std::string* token_of(int64_t id) const override { return tokens_.find(id); }
    size_t size() const override { return vocabulary_.size(); }

protected:
    void encode_word(std::string_view word, std::vector<int32_t>& ids) const override {
        const auto known = id_of(word), id = known ? known : id_of(unknown_);
        if (!id)
            throw Error("%1: the vocabulary has neither a word of the text nor the unknown token %2", where_,
                        excerpt(to_line(unknown_)));
        ids.push_back(*id);
    }

private:
    Vocabulary vocabulary_;
    TokensById tokens_;
    std::string unknown_;
    Place where_;
};

const Json& vocabulary_of(const Json& model, const Place& where) {
    if (!model.contains("vocab")) throw Error("%1: \"vocab\" is missing", where);
    return model["vocab"];
}

}  // namespace

WordPiece::WordPiece(Vocabulary vocabulary, Options options, Place where)
    : vocabulary_(std::move(vocabulary)), tokens_(vocabulary_), options_(std::move(options)), where_(std::move(where)) {
    for (const auto& [token, id] : vocabulary_) max_token_bytes_ = std::max(max_token_bytes_, token.size());
}

std::optional<int32_t> WordPiece::id_of(std::string_view token) const {
    const auto found = vocabulary_.find(token);
    return found == vocabulary_.end() ? std::nullopt : std::optional(found->second);
}

int32_t WordPiece::unknown_id() const {
    if (const auto id = id_of(options_.unknown)) return *id;
    throw Error("%1: the vocabulary lacks the unknown token %2", where_, excerpt(to_line(options_.unknown)));
}

/// The longest token at `begin`, and where it ends in the word.
std::optional<std::pair<int32_t, size_t>> WordPiece::longest_token(std::string_view word, size_t begin) const {
    const std::string prefix = begin > 0 ? options_.inner_prefix : std::string();
    std::string candidate = prefix + std::string(word.substr(begin, max_token_bytes_));
    while (candidate.size() > prefix.size()) {
        if (const auto id = id_of(candidate)) return std::pair(*id, begin + candidate.size() - prefix.size());
        // The limit in bytes may have cut a character, which then ends no token.
        do candidate.pop_back();
        while (candidate.size() > prefix.size() &&
               (static_cast<unsigned char>(word[begin + candidate.size() - prefix.size()]) & 0xC0) == 0x80);
    }
    return std::nullopt;
}

void WordPiece::encode_word(std::string_view word, std::vector<int32_t>& ids) const {
    if (count_characters(word) > options_.max_characters) return ids.push_back(unknown_id());
    std::vector<int32_t> pieces;
    for (size_t begin = 0; begin < word.size();) {
        const auto token = longest_token(word, begin);
        if (!token) return ids.push_back(unknown_id());
        pieces.push_back(token->first);
        begin = token->second;
    }
    ids.insert(ids.end(), pieces.begin(), pieces.end());
}

std::unique_ptr<TokenModel> make_word_piece(const Json& model, const Place& where) {
    constexpr int64_t longest_word = 10'000;
    WordPiece::Options options{required<std::string>(model, "unk_token", where),
                               optional_or<std::string>(model, "continuing_subword_prefix", "##", where),
                               optional_or<int64_t>(model, "max_input_chars_per_word", 100, where)};
    if (options.max_characters < 0 || options.max_characters > longest_word)
        throw Error("%1: \"max_input_chars_per_word\" must be from 0 to %2", where, longest_word);
    return std::make_unique<WordPiece>(parse_vocabulary(vocabulary_of(model, where), where), std::move(options), where);
}

std::unique_ptr<TokenModel> make_word_level(const Json& model, const Place& where) {
    return std::make_unique<WordLevel>(parse_vocabulary(vocabulary_of(model, where), where),
                                       optional_or<std::string>(model, "unk_token", "<unk>", where), where);
}

}  // namespace fanlight
