#include "core/families/parts/vocabulary_data.h"

#include <libdeflate.h>

#include <bit>
#include <cstdint>
#include <cstring>
#include <memory>

#include "core/base/error.h"

// Embeds a file's bytes between two symbols.
#define FANLIGHT_EMBED(symbol, file)                                                                              \
    asm(".pushsection .rodata\n"                                                                                  \
        ".global " #symbol ", " #symbol "_end\n" #symbol ": .incbin \"" FANLIGHT_VOCABULARIES file "\"\n" #symbol \
        "_end:\n"                                                                                                 \
        ".popsection");                                                                                           \
    extern "C" const char symbol[], symbol##_end[]

FANLIGHT_EMBED(fanlight_clip_merges, "/clip_merges.txt");
FANLIGHT_EMBED(fanlight_qwen_merges, "/qwen2_merges.txt.gz");
FANLIGHT_EMBED(fanlight_t5_tokenizer, "/t5_tokenizer.json.gz");

namespace fanlight {

namespace {

/// A gzip file (RFC 1952) ends with the length of its contents.
std::string unpacked(std::string_view gzip) {
    static_assert(std::endian::native == std::endian::little);
    uint32_t size = 0;
    std::memcpy(&size, gzip.data() + gzip.size() - sizeof size, sizeof size);
    std::string contents(size, '\0');
    const std::unique_ptr<libdeflate_decompressor, decltype(&libdeflate_free_decompressor)> decompressor(
        libdeflate_alloc_decompressor(), &libdeflate_free_decompressor);
    if (!decompressor || libdeflate_gzip_decompress(decompressor.get(), gzip.data(), gzip.size(), contents.data(),
                                                    contents.size(), nullptr) != LIBDEFLATE_SUCCESS)
        throw Error("A vocabulary in the program is damaged; install Fanlight again.");
    return contents;
}

}  // namespace

std::string_view clip_merges() { return {fanlight_clip_merges, fanlight_clip_merges_end}; }

std::string qwen_merges() { return unpacked({fanlight_qwen_merges, fanlight_qwen_merges_end}); }

std::string t5_tokenizer_json() { return unpacked({fanlight_t5_tokenizer, fanlight_t5_tokenizer_end}); }

}  // namespace fanlight
