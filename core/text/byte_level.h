#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/text/bpe.h"

namespace fanlight {

/// The printable character (UTF-8) that stands for a byte in byte-level vocabularies (GPT-2, Radford et al. 2019): the
/// printable bytes of Latin-1 stand for themselves, the others for U+0100, U+0101, … in their order.
std::string byte_symbol(uint8_t byte);

/// Words of raw UTF-8 to ids: each byte becomes a symbol, then the merges join them. Immutable; any thread.
class ByteLevelBpe {
public:
    /// `end_of_word` is glued to the last symbol of each word ("</w>" in CLIP, "" in GPT-2). `unknown` stands for each
    /// symbol that the vocabulary lacks.
    ByteLevelBpe(Bpe bpe, const std::string& end_of_word, std::string unknown, std::string where);

    /// Appends the ids of one word. Throws Error when a symbol and `unknown` are both missing from the vocabulary.
    void encode(std::string_view word, std::vector<int64_t>& ids) const;

    const Bpe& bpe() const { return bpe_; }

private:
    int32_t symbol_id(uint8_t byte, bool last) const;

    Bpe bpe_;
    std::array<std::optional<int32_t>, 256> inner_;
    std::array<std::optional<int32_t>, 256> last_;
    std::string unknown_;
    std::string where_;
};

}  // namespace fanlight
