#pragma once

#include "core/text/added_tokens.h"
#include "core/text/byte_level.h"
#include "core/text/tokenizer.h"
#include "core/text/tokenizer_config.h"

namespace fanlight {

/// transformers' CLIPTokenizer: lower-case text in NFC, CLIP's words, byte-level BPE with "</w>" at the end of a word;
/// begin and end tokens around it, then padding. Too long a text is truncated but keeps the end token.
class ClipTokenizer : public Tokenizer {
public:
    /// Tokens of `config` that the vocabulary lacks get the ids after it.
    ClipTokenizer(ByteLevelBpe bpe, const TokenizerConfig& config);

    Encoded encode(std::string_view text) const override;
    int64_t max_length() const override { return max_length_; }

private:
    std::vector<int64_t> text_ids(std::string_view text) const;

    ByteLevelBpe bpe_;
    AddedTokenFinder raw_tokens_;         // matched in the raw text
    AddedTokenFinder normalized_tokens_;  // matched in the normalised text
    int64_t begin_id_ = 0;
    int64_t end_id_ = 0;
    int64_t pad_id_ = 0;
    int64_t max_length_;
    bool pads_left_;
    bool truncates_left_;
};

}  // namespace fanlight
