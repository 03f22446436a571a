#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "core/checkpoints/model_files.h"
#include "core/families/parts/clip_tokenizer_config.h"
#include "core/families/parts/prompt_embeddings.h"
#include "core/text/added_tokens.h"
#include "core/text/byte_level.h"
#include "core/text/tokenizer.h"

namespace fanlight {

/// transformers' CLIPTokenizer: lower-case text in NFC, CLIP's words, byte-level BPE with "</w>" at the end of a word;
/// begin and end tokens around it, then padding. Too long a text is truncated but keeps the end token.
class ClipTokenizer : public Tokenizer {
public:
    /// Tokens of `config` that the vocabulary lacks get the ids after it.
    ClipTokenizer(ByteLevelBpe bpe, const ClipTokenizerConfig& config);

    Encoded encode(std::string_view text) const override;
    int64_t max_length() const override { return max_length_; }
    int64_t room() const override { return max_length_ - 2; }

    /// The ids of the text alone: neither begun nor ended, and never truncated. Names of embeddings are words.
    std::vector<int64_t> text_ids(std::string_view text) const;

    /// From now on prompts may call these, and one thread uses the tokenizer.
    void learn(std::shared_ptr<PromptEmbeddings> embeddings);

    /// Whether there are any to be called.
    bool knows_embeddings() const { return embeddings_ != nullptr; }

    /// As text_ids(), with the vectors' ids wherever a name occurs, even within a word: what encode() takes, as
    /// diffusers does with its tokens.
    std::vector<int64_t> literal_ids(std::string_view text) const;

    /// An embedding in place of tokens.
    struct Call {
        size_t tokens = 0;  ///< of its name
        PromptEmbeddings::Ids ids;
    };
    /// The embedding with whose name these text_ids() begin, of several the one of most tokens, as in A1111; ComfyUI's
    /// "embedding:name" is a name, too. Throws Error if it does not fit into a chunk.
    std::optional<Call> call_at(std::span<const int64_t> ids) const;

    /// Whether the text would call any, by this rule or as a literal one.
    bool names_embedding(std::string_view text) const;

    int64_t begin_id() const { return begin_id_; }
    int64_t end_id() const { return end_id_; }
    int64_t pad_id() const { return pad_id_; }
    /// A comma at the end of a word; nullopt: the vocabulary has none.
    std::optional<int64_t> comma_id() const;

private:
    /// A name that stands for an embedding.
    struct EmbeddingName {
        std::vector<int64_t> ids;
        size_t index;  ///< in PromptEmbeddings::names()
    };

    std::vector<int64_t> ids_of(std::string_view text, const AddedTokenFinder& normalized_tokens) const;
    void add_embedding_name(const std::string& name, size_t index);
    const EmbeddingName* name_at(std::span<const int64_t> ids) const;

    ByteLevelBpe bpe_;
    AddedTokenFinder raw_tokens_;         // matched in the raw text
    AddedTokenFinder normalized_tokens_;  // matched in the normalised text
    std::vector<AddedTokenFinder::Pattern> normalized_patterns_;
    std::shared_ptr<PromptEmbeddings> embeddings_;                   // null: there are none
    std::map<int64_t, std::vector<EmbeddingName>> embedding_names_;  // by the first id, the longest first
    AddedTokenFinder literal_tokens_;                                // normalized_tokens_ and names of embeddings
    int64_t begin_id_ = 0;
    int64_t end_id_ = 0;
    int64_t pad_id_ = 0;
    int64_t max_length_;
    bool pads_left_;
    bool truncates_left_;
};

/// CLIP's byte-level BPE from a diffusers `tokenizer/` folder: tokenizer.json, or vocab.json and merges.txt, with
/// tokenizer_config.json and special_tokens_map.json if they exist. Throws Error naming the file.
std::unique_ptr<Tokenizer> load_clip_tokenizer(const std::filesystem::path& folder);

/// CLIP's own tokenizer, which all Stable Diffusion checkpoints use; built in, for checkpoints that come without one.
/// They differ in the padding: "<|endoftext|>" and "!".
std::unique_ptr<Tokenizer> original_clip_tokenizer(const std::string& pad_token);

/// The tokenizer that is a component of a model. A single file contains none; its config says how prompts are padded.
std::unique_ptr<Tokenizer> open_clip_tokenizer(const ModelFiles& model, const std::string& component);

}  // namespace fanlight
