#include "core/families/parts/clip_vocabulary.h"

#include <algorithm>

#include "core/text/byte_level.h"

// Embeds the file's bytes between two symbols.
asm(".pushsection .rodata\n"
    ".global fanlight_clip_merges, fanlight_clip_merges_end\n"
    "fanlight_clip_merges: .incbin \"" FANLIGHT_CLIP_MERGES
    "\"\n"
    "fanlight_clip_merges_end:\n"
    ".popsection");
extern "C" const char fanlight_clip_merges[], fanlight_clip_merges_end[];

namespace fanlight {

VocabularyFiles original_clip_vocabulary() {
    VocabularyFiles files;
    files.file = "clip/merges.txt";
    files.merges = parse_merges_txt({fanlight_clip_merges, fanlight_clip_merges_end}, files.file.string());
    std::vector<std::string> tokens;
    for (int byte = 0; byte < 256; ++byte) tokens.push_back(byte_symbol(static_cast<uint8_t>(byte)));
    std::sort(tokens.begin(), tokens.end());
    for (size_t i = 0; i < 256; ++i) tokens.push_back(tokens[i] + "</w>");
    for (const auto& [left, right] : files.merges) tokens.push_back(left + right);
    tokens.insert(tokens.end(), {"<|startoftext|>", "<|endoftext|>"});
    for (const std::string& token : tokens)
        files.vocabulary.emplace(token, static_cast<int32_t>(files.vocabulary.size()));
    return files;
}

}  // namespace fanlight
