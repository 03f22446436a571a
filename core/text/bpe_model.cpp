#include "core/text/bpe_model.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/text/unicode.h"
#include "core/text/vocabulary_files.h"

namespace fanlight {

namespace {

constexpr std::string_view kBlank = "\u2581";

/// Whether any token has a "▁" behind another character, as none has that SentencePiece has learnt from words.
bool has_inner_blank(const Vocabulary& vocabulary) {
    for (const auto& [token, id] : vocabulary) {
        size_t start = 0;  // of what follows the blanks at the beginning
        while (std::string_view(token).substr(start).starts_with(kBlank)) start += kBlank.size();
        if (token.find(kBlank, start) != std::string::npos) return true;
    }
    return false;
}

}  // namespace

BpeModel::BpeModel(Bpe bpe, Options options)
    : bpe_(std::move(bpe)),
      options_(std::move(options)),
      tokens_(bpe_.vocabulary()),
      plain_symbols_(options_.inner_prefix.empty() && options_.end_of_word.empty()),
      blanks_separate_(plain_symbols_ && !options_.ignore_merges && bpe_.find(kBlank) &&
                       !has_inner_blank(bpe_.vocabulary())) {
    for (size_t byte = 0; byte < bytes_.size(); ++byte)
        bytes_[byte] = bpe_.find(byte_token(static_cast<uint8_t>(byte)));
    for (size_t character = 0; character < characters_.size(); ++character) {
        std::string symbol;
        append_character(symbol, static_cast<int32_t>(character));
        characters_[character] = bpe_.find(symbol);
    }
}

/// The id of a plain symbol, which is a character.
std::optional<int32_t> BpeModel::character_id(std::string_view character) const {
    if (character.size() > 2) return bpe_.find(character);
    size_t at = 0;
    const auto code = static_cast<size_t>(next_character(character, at));
    return code < characters_.size() ? characters_[code] : bpe_.find(character);
}

bool BpeModel::append_bytes(std::string_view symbol, std::vector<int32_t>& ids) const {
    for (const char byte : symbol)
        if (!bytes_[static_cast<unsigned char>(byte)]) return false;
    for (const char byte : symbol) ids.push_back(*bytes_[static_cast<unsigned char>(byte)]);
    return true;
}

/// The symbols of a word so far. An unknown one waits, since its neighbours may join it; the bytes of a character that
/// comes in between go before it, as in the tokenizers library.
struct BpeModel::Symbols {
    const Options& options;
    std::vector<int32_t>& ids;
    bool waiting = false;

    void flush() {
        if (waiting) ids.push_back(*options.unknown);
        waiting = false;
    }

    void add(int32_t id) {
        flush();
        ids.push_back(id);
    }

    void add_unknown() {
        if (!options.unknown) return;
        if (!options.fuse_unknown) flush();
        waiting = true;
    }
};

void BpeModel::encode_word(std::string_view word, std::vector<int32_t>& ids) const {
    if (options_.ignore_merges) {
        if (const auto whole = bpe_.find(word)) return ids.push_back(*whole);
    }
    std::vector<int32_t> merged;
    merged.reserve(word.size());
    Symbols symbols{options_, merged};
    std::string decorated;  // a character with prefix and suffix
    for (size_t at = 0; at < word.size();) {
        const size_t begin = at;
        next_character(word, at);
        std::string_view symbol = word.substr(begin, at - begin);
        if (!plain_symbols_) {
            decorated = begin > 0 ? options_.inner_prefix : std::string();
            decorated += symbol;
            if (at == word.size()) decorated += options_.end_of_word;
            symbol = decorated;
        }
        if (const auto id = plain_symbols_ ? character_id(symbol) : bpe_.find(symbol))
            symbols.add(*id);
        else if (!options_.byte_fallback || !append_bytes(symbol, merged))
            symbols.add_unknown();
    }
    symbols.flush();
    bpe_.merge(merged);
    ids.insert(ids.end(), merged.begin(), merged.end());
}

size_t BpeModel::first_part(std::string_view word) const {
    if (!blanks_separate_) return word.size();
    size_t at = 0;
    while (word.substr(at).starts_with(kBlank)) at += kBlank.size();
    return std::min(word.find(kBlank, at), word.size());
}

std::unique_ptr<TokenModel> make_bpe_model(const Json& model, const Place& where) {
    for (const char* key : {"vocab", "merges"})
        if (!model.contains(key)) throw Error("%1: \"%2\" is missing", where, key);
    BpeModel::Options options;
    options.inner_prefix = optional_or<std::string>(model, "continuing_subword_prefix", "", where);
    options.end_of_word = optional_or<std::string>(model, "end_of_word_suffix", "", where);
    options.fuse_unknown = optional_or(model, "fuse_unk", false, where);
    options.byte_fallback = optional_or(model, "byte_fallback", false, where);
    options.ignore_merges = optional_or(model, "ignore_merges", false, where);
    Bpe bpe(parse_vocabulary(model["vocab"], where), parse_merges(model["merges"], where), where, options.inner_prefix);
    const auto unknown = optional_or<std::string>(model, "unk_token", "", where);
    if (!unknown.empty()) {
        options.unknown = bpe.find(unknown);
        if (!options.unknown)
            throw Error("%1: the vocabulary lacks the unknown token %2", where, excerpt(to_line(unknown)));
    }
    return std::make_unique<BpeModel>(std::move(bpe), std::move(options));
}

}  // namespace fanlight
