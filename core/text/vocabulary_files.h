#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "core/base/json.h"
#include "core/text/bpe.h"

namespace fanlight {

/// The BPE data of a tokenizer folder.
struct VocabularyFiles {
    std::filesystem::path file;  ///< where the vocabulary comes from, for messages
    Vocabulary vocabulary;
    Merges merges;
    Json tokenizer_json;  ///< without its "model"; null if the folder has none
};

/// Reads tokenizer.json if the folder has one, else vocab.json and merges.txt, as transformers 5 does. Ids are at most
/// kMaxTokenId. Throws Error naming the file.
VocabularyFiles read_vocabulary_files(const std::filesystem::path& folder);

/// {"token": id, …}. Throws Error "WHERE: …".
Vocabulary parse_vocabulary(const Json& tokens, const Place& where);

/// Merges in tokenizer.json: "a b", or since tokenizers 0.20 ["a", "b"]. Throws Error "WHERE, merge N: …".
Merges parse_merges(const Json& list, const Place& where);

/// The text of a merges.txt; `file` is for messages. Throws Error naming the line.
Merges parse_merges_txt(std::string_view text, const std::string& file);

inline constexpr int32_t kMaxTokenId = (1 << 24) - 1;

}  // namespace fanlight
