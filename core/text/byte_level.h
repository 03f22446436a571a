#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/place.h"
#include "core/text/bpe.h"

namespace fanlight {

/// The printable character (UTF-8) that stands for a byte in byte-level vocabularies (GPT-2, Radford et al. 2019):
/// printable Latin-1 characters for themselves, U+0100, U+0101, … for the other bytes in order.
const std::string& byte_symbol(uint8_t byte);

/// All of them in the order of their code points, with which byte-level vocabularies begin.
std::vector<std::string> sorted_byte_symbols();

/// Turns words of raw UTF-8 into ids: each byte becomes a symbol, then the merges join them. Immutable; any thread.
class ByteLevelBpe {
public:
    /// `end_of_word` is appended to the last symbol of each word ("</w>" or nothing). `unknown` replaces each
    /// symbol that the vocabulary lacks.
    ByteLevelBpe(Bpe bpe, const std::string& end_of_word, std::string unknown, Place where);

    /// Appends the ids of one word. Throws Error if both a symbol and `unknown` are missing from the vocabulary.
    void encode(std::string_view word, std::vector<int64_t>& ids) const;

    const Bpe& bpe() const { return bpe_; }

private:
    int32_t symbol_id(uint8_t byte, bool last) const;

    Bpe bpe_;
    std::array<std::optional<int32_t>, 256> inner_;
    std::array<std::optional<int32_t>, 256> last_;
    std::string unknown_;
    Place where_;
};

}  // namespace fanlight
