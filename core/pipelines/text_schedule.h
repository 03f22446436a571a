#pragma once

#include <cstdint>
#include <vector>

#include "core/layers/text_step.h"

namespace fanlight {

/// Tokens of one text: of its prompt, and at most new ones.
struct TextLengths {
    int64_t prompt = 1, max_new = 1;
};

/// The evaluations of a micro-batch of texts: each prompt alone, in pieces of a few fixed lengths, then one token of
/// all rows at a time. What a row is computed with follows from its own lengths and the number of slots, so its text
/// depends on nothing else. Every part of a model makes the same one. Any thread.
class TextSchedule {
public:
    /// `rows`: at most `slots`; further slots are padding, with tokens that nobody reads. `context`: the number of
    /// positions.
    TextSchedule(std::vector<TextLengths> rows, int64_t slots, int64_t context);

    /// A piece of a prompt.
    struct Piece {
        int64_t row = 0;
        int64_t start = 0, tokens = 0;
        int64_t length = 0;  ///< with padding
        bool last = false;   ///< of its prompt
    };
    const std::vector<Piece>& pieces() const { return pieces_; }

    TextStep step(size_t evaluation) const;

private:
    TextStep piece_step(const Piece& piece) const;
    TextStep token_step(int64_t tokens) const;
    TextStep::Row row_at(int64_t slot, int64_t start) const;

    std::vector<TextLengths> rows_;  ///< of all slots
    std::vector<int64_t> capacities_;
    std::vector<Piece> pieces_;
    int64_t context_, cache_room_ = 0;
};

}  // namespace fanlight
