#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/text/added_tokens.h"

namespace fanlight {

/// A CLIP tokenizer folder's settings besides the vocabulary, collected as transformers 5 does.
struct ClipTokenizerConfig {
    std::string begin_token;
    std::string end_token;
    std::string pad_token;
    std::string unknown_token;             ///< empty: none
    std::vector<AddedToken> added_tokens;  ///< including the four above, in the order in which new ids are assigned
    int64_t max_length = 77;               ///< ids per prompt, including begin and end
    bool pads_left = false;
    bool truncates_left = false;
    bool splits_special_tokens = false;  ///< special tokens in the text are treated as ordinary text
};

/// Reads tokenizer_config.json, special_tokens_map.json and added_tokens.json, each if it exists; `tokenizer_json` is
/// the folder's tokenizer.json or null. Throws Error naming the file.
ClipTokenizerConfig read_clip_tokenizer_config(const std::filesystem::path& folder, const Json& tokenizer_json);

}  // namespace fanlight
