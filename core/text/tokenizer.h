#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace fanlight {

/// Turns text into ids for one text encoder. Immutable; any thread.
class Tokenizer {
public:
    virtual ~Tokenizer() = default;

    struct Encoded {
        std::vector<int64_t> ids;   ///< max_length() of them: begin, text, end, padding
        std::vector<int64_t> mask;  ///< 1 for begin, text and end, 0 for padding
        int64_t text_tokens = 0;    ///< number of tokens of the text alone, before truncation
    };

    /// Like transformers' call with padding="max_length", truncation=True.
    virtual Encoded encode(std::string_view text) const = 0;

    /// Ids per prompt, including begin and end (from the config; 77 for CLIP).
    virtual int64_t max_length() const = 0;
};

/// CLIP's byte-level BPE from a diffusers `tokenizer/` folder: tokenizer.json, or vocab.json and merges.txt, with
/// tokenizer_config.json and special_tokens_map.json if they exist. Throws Error naming the file.
std::unique_ptr<Tokenizer> load_clip_tokenizer(const std::filesystem::path& folder);

/// CLIP's own tokenizer, which all Stable Diffusion 1 and 2 checkpoints use; built in, for checkpoints that come
/// without one. 1 and 2 differ in the padding: "<|endoftext|>" and "!".
std::unique_ptr<Tokenizer> original_clip_tokenizer(const std::string& pad_token);

}  // namespace fanlight
