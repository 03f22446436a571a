#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace fanlight {

/// Text to ids for one text encoder. Immutable; any thread.
class Tokenizer {
public:
    virtual ~Tokenizer() = default;

    struct Encoded {
        std::vector<int64_t> ids;   ///< max_length() of them: begin, text, end, padding
        std::vector<int64_t> mask;  ///< 1 for begin, text and end, 0 for padding
        int64_t text_tokens = 0;    ///< of the text alone, before truncation
    };

    /// Like transformers' call with padding="max_length", truncation=True.
    virtual Encoded encode(std::string_view text) const = 0;

    /// Ids a prompt, begin and end included (77 for CLIP; the config says).
    virtual int64_t max_length() const = 0;
};

/// CLIP's byte-level BPE from a diffusers `tokenizer/` folder: tokenizer.json, or vocab.json and merges.txt, with
/// tokenizer_config.json and special_tokens_map.json where they are. Throws Error naming the file.
std::unique_ptr<Tokenizer> load_clip_tokenizer(const std::filesystem::path& folder);

/// CLIP's own, of which all Stable Diffusion 1 and 2 checkpoints have one: built in, for those that bring none. 1 and
/// 2 differ in what follows a prompt: "<|endoftext|>" and "!".
std::unique_ptr<Tokenizer> original_clip_tokenizer(const std::string& pad_token);

}  // namespace fanlight
