#pragma once

#include <filesystem>

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

/// CLIP's own vocabulary of 49,408 tokens, from resources/clip/merges.txt, which is embedded in the program: the 256
/// byte symbols in the order of their code points, the same at the end of a word, the results of the merges, begin and
/// end.
VocabularyFiles original_clip_vocabulary();

inline constexpr int32_t kMaxTokenId = (1 << 24) - 1;

}  // namespace fanlight
