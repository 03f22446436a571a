#include "core/families/parts/clip_tokenizer.h"

#include <algorithm>
#include <map>
#include <unordered_map>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/families/parts/clip_vocabulary.h"
#include "core/families/parts/clip_words.h"
#include "core/text/unicode.h"

namespace fanlight {

namespace {

std::string normalized(std::string_view text) { return lower_case(collapse_spaces(nfc(text))); }

/// Ids of the added tokens: those in the vocabulary, else the next free ones after it.
std::unordered_map<std::string, int32_t> assign_ids(const std::vector<AddedToken>& tokens, const Bpe& bpe) {
    std::unordered_map<std::string, int32_t> ids;
    auto next_id = static_cast<int32_t>(bpe.size());
    for (const AddedToken& token : tokens) {
        if (token.content.empty() || ids.contains(token.content)) continue;
        const std::optional<int32_t> known = bpe.find(token.content);
        ids[token.content] = known ? *known : next_id++;
    }
    return ids;
}

/// What the name of an embedding, by its place among all names, is among ids, which are not negative.
int32_t marker_of(size_t index) { return -1 - static_cast<int32_t>(index); }
size_t index_of(int64_t marker) { return static_cast<size_t>(-1 - marker); }

std::unique_ptr<Tokenizer> clip_tokenizer(VocabularyFiles files, const ClipTokenizerConfig& config) {
    const std::string where = files.file.string();
    Bpe bpe(std::move(files.vocabulary), files.merges, where);
    return std::make_unique<ClipTokenizer>(ByteLevelBpe(std::move(bpe), "</w>", config.unknown_token, where), config);
}

}  // namespace

ClipTokenizer::ClipTokenizer(ByteLevelBpe bpe, const ClipTokenizerConfig& config)
    : bpe_(std::move(bpe)),
      max_length_(config.max_length),
      pads_left_(config.pads_left),
      truncates_left_(config.truncates_left) {
    const auto ids = assign_ids(config.added_tokens, bpe_.bpe());
    begin_id_ = ids.at(config.begin_token);
    end_id_ = ids.at(config.end_token);
    pad_id_ = ids.at(config.pad_token);
    std::map<int32_t, const AddedToken*> by_id;  // of two tokens with the same id the later one counts
    for (const AddedToken& token : config.added_tokens)
        if (!token.content.empty()) by_id[ids.at(token.content)] = &token;
    std::vector<AddedTokenFinder::Pattern> raw_patterns;
    for (const auto& [id, token] : by_id) {
        if (token->special && config.splits_special_tokens) continue;
        if (token->normalized)
            normalized_patterns_.push_back({normalized(token->content), *token, id});
        else
            raw_patterns.push_back({token->content, *token, id});
    }
    raw_tokens_ = AddedTokenFinder(std::move(raw_patterns));
    normalized_tokens_ = AddedTokenFinder(normalized_patterns_);
}

void ClipTokenizer::learn(std::shared_ptr<PromptEmbeddings> embeddings) {
    if (!embeddings || embeddings->names().empty()) return;
    embeddings_ = std::move(embeddings);
    std::vector<AddedTokenFinder::Pattern> patterns = normalized_patterns_;
    for (size_t i = 0; i < embeddings_->names().size(); ++i) {
        const std::string& name = embeddings_->names()[i];
        add_embedding_name(name, i);
        add_embedding_name("embedding:" + name, i);
        patterns.push_back({normalized(name), {.content = name, .normalized = true, .special = false}, marker_of(i)});
    }
    literal_tokens_ = AddedTokenFinder(std::move(patterns));
}

void ClipTokenizer::add_embedding_name(const std::string& name, size_t index) {
    const std::vector<int64_t> ids = text_ids(name);
    if (ids.empty()) return;
    std::vector<EmbeddingName>& names = embedding_names_[ids.front()];
    const auto shorter = [&](const EmbeddingName& other) { return other.ids.size() < ids.size(); };
    names.insert(std::find_if(names.begin(), names.end(), shorter), EmbeddingName{ids, index});
}

const ClipTokenizer::EmbeddingName* ClipTokenizer::name_at(std::span<const int64_t> ids) const {
    const auto names = ids.empty() ? embedding_names_.end() : embedding_names_.find(ids.front());
    if (names == embedding_names_.end()) return nullptr;
    for (const EmbeddingName& name : names->second)
        if (name.ids.size() <= ids.size() && std::equal(name.ids.begin(), name.ids.end(), ids.begin())) return &name;
    return nullptr;
}

std::optional<ClipTokenizer::Call> ClipTokenizer::call_at(std::span<const int64_t> ids) const {
    const EmbeddingName* name = name_at(ids);
    if (!name) return std::nullopt;
    const PromptEmbeddings::Ids vectors = embeddings_->call(name->index);
    if (vectors.count > max_length_ - 2)
        throw Error(
            "The embedding %1 has %2 vectors, and the model's text encoder reads no more than %3 tokens at a time; "
            "take "
            "its name out of the prompts.",
            in_quotes(embeddings_->names()[name->index]), vectors.count, max_length_ - 2);
    return Call{name->ids.size(), vectors};
}

bool ClipTokenizer::names_embedding(std::string_view text) const {
    if (!embeddings_) return false;
    const std::vector<int64_t> literal = ids_of(text, literal_tokens_), ids = text_ids(text);
    if (std::any_of(literal.begin(), literal.end(), [](int64_t id) { return id < 0; })) return true;
    for (size_t i = 0; i < ids.size(); ++i)
        if (name_at(std::span(ids).subspan(i))) return true;
    return false;
}

std::vector<int64_t> ClipTokenizer::text_ids(std::string_view text) const { return ids_of(text, normalized_tokens_); }

std::vector<int64_t> ClipTokenizer::literal_ids(std::string_view text) const {
    if (!embeddings_) return text_ids(text);
    std::vector<int64_t> ids;
    for (const int64_t id : ids_of(text, literal_tokens_)) {
        if (id >= 0) {
            ids.push_back(id);
            continue;
        }
        const auto [first, count] = embeddings_->call(index_of(id));
        for (int64_t i = 0; i < count; ++i) ids.push_back(first + i);
    }
    return ids;
}

std::vector<int64_t> ClipTokenizer::ids_of(std::string_view text, const AddedTokenFinder& normalized_tokens) const {
    std::vector<int64_t> ids;
    const std::string valid = valid_utf8(text);
    for (const auto& raw : raw_tokens_.split(valid)) {
        if (raw.id) {
            ids.push_back(*raw.id);
            continue;
        }
        const std::string plain = normalized(raw.text);
        for (const auto& piece : normalized_tokens.split(plain)) {
            if (piece.id) {
                ids.push_back(*piece.id);
                continue;
            }
            for (const std::string_view word : clip_words(piece.text)) bpe_.encode(word, ids);
        }
    }
    return ids;
}

std::optional<int64_t> ClipTokenizer::comma_id() const { return bpe_.bpe().find(",</w>"); }

Tokenizer::Encoded ClipTokenizer::encode(std::string_view text) const {
    std::vector<int64_t> ids = literal_ids(text);
    Encoded encoded;
    encoded.text_tokens = static_cast<int64_t>(ids.size());
    const int64_t surplus = encoded.text_tokens - (max_length_ - 2);
    if (surplus > 0)
        ids.erase(truncates_left_ ? ids.begin() : ids.end() - surplus,
                  truncates_left_ ? ids.begin() + surplus : ids.end());
    ids.insert(ids.begin(), begin_id_);
    ids.push_back(end_id_);
    encoded.mask.assign(ids.size(), 1);
    const size_t padding = static_cast<size_t>(max_length_) - ids.size();
    ids.insert(pads_left_ ? ids.begin() : ids.end(), padding, pad_id_);
    encoded.mask.insert(pads_left_ ? encoded.mask.begin() : encoded.mask.end(), padding, 0);
    encoded.ids = std::move(ids);
    return encoded;
}

std::unique_ptr<Tokenizer> load_clip_tokenizer(const std::filesystem::path& folder) {
    VocabularyFiles files = read_vocabulary_files(folder);
    const ClipTokenizerConfig config = read_clip_tokenizer_config(folder, files.tokenizer_json);
    return clip_tokenizer(std::move(files), config);
}

std::unique_ptr<Tokenizer> original_clip_tokenizer(const std::string& pad_token) {
    ClipTokenizerConfig config{.begin_token = "<|startoftext|>",
                               .end_token = "<|endoftext|>",
                               .pad_token = pad_token,
                               .unknown_token = "<|endoftext|>"};
    for (const std::string& token : {config.begin_token, config.end_token})
        config.added_tokens.push_back({.content = token, .normalized = true});
    config.added_tokens.push_back({.content = pad_token});
    return clip_tokenizer(original_clip_vocabulary(), config);
}

std::unique_ptr<Tokenizer> open_clip_tokenizer(const ModelFiles& model, const std::string& component) {
    if (model.is_single_file()) return original_clip_tokenizer(model.config(component)["pad_token"]);
    return load_clip_tokenizer(model.folder_of(component));
}

}  // namespace fanlight
