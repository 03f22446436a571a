#include "core/families/parts/clip_vocabulary.h"

#include "core/families/parts/vocabulary_data.h"
#include "core/text/byte_level.h"

namespace fanlight {

VocabularyFiles original_clip_vocabulary() {
    VocabularyFiles files;
    files.file = "clip_merges.txt";
    files.merges = parse_merges_txt(clip_merges(), files.file.string());
    std::vector<std::string> tokens = sorted_byte_symbols();
    for (size_t i = 0; i < 256; ++i) tokens.push_back(tokens[i] + "</w>");
    for (const auto& [left, right] : files.merges) tokens.push_back(left + right);
    tokens.insert(tokens.end(), {"<|startoftext|>", "<|endoftext|>"});
    for (const std::string& token : tokens)
        files.vocabulary.emplace(token, static_cast<int32_t>(files.vocabulary.size()));
    return files;
}

}  // namespace fanlight
