#pragma once

#include <filesystem>

#include "core/base/json.h"
#include "core/text/bpe.h"

namespace fanlight {

/// What a tokenizer folder says of its BPE.
struct VocabularyFiles {
    std::filesystem::path file;  ///< that the vocabulary is from, for messages
    Vocabulary vocabulary;
    Merges merges;
    Json tokenizer_json;  ///< without its "model"; null where the folder has none
};

/// From tokenizer.json where the folder has one, else from vocab.json and merges.txt: the order of transformers 5.
/// Ids are at most kLargestTokenId. Throws Error naming the file.
VocabularyFiles read_vocabulary_files(const std::filesystem::path& folder);

/// CLIP's own vocabulary of 49,408 tokens, out of resources/clip/merges.txt, which is part of the program: the 256
/// byte symbols in the order of their code points, the same at a word's end, what each merge makes, begin and end.
VocabularyFiles original_clip_vocabulary();

inline constexpr int32_t kLargestTokenId = (1 << 24) - 1;

}  // namespace fanlight
