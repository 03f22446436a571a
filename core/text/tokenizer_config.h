#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/text/added_tokens.h"

namespace fanlight {

/// What a CLIP tokenizer folder says beside its vocabulary, gathered as transformers 5 gathers it.
struct TokenizerConfig {
    std::string begin_token;
    std::string end_token;
    std::string pad_token;
    std::string unknown_token;             ///< empty: none
    std::vector<AddedToken> added_tokens;  ///< the four above among them, in the order in which new ids are given
    int64_t max_length = 77;               ///< ids a prompt, begin and end included
    bool pads_left = false;
    bool truncates_left = false;
    bool splits_special_tokens = false;  ///< special tokens inside the text are ordinary text
};

/// Reads tokenizer_config.json, special_tokens_map.json and added_tokens.json, each where there is one;
/// `tokenizer_json` is the folder's tokenizer.json or null. Throws Error naming the file.
TokenizerConfig read_tokenizer_config(const std::filesystem::path& folder, const Json& tokenizer_json);

}  // namespace fanlight
