#include "core/pipelines/text_schedule.h"

#include <algorithm>
#include <array>

namespace fanlight {

namespace {

// These numbers determine last bits, and so belong to what a text depends on.
constexpr std::array<int64_t, 5> piece_lengths = {16, 32, 64, 128, 256};
constexpr int64_t capacity_step = 64;

/// The shortest that holds so many tokens, or else the longest.
int64_t piece_length(int64_t tokens) {
    const auto* found = std::lower_bound(piece_lengths.begin(), piece_lengths.end(), tokens);
    return found == piece_lengths.end() ? piece_lengths.back() : *found;
}

int64_t rounded_up(int64_t tokens) { return (tokens + capacity_step - 1) / capacity_step * capacity_step; }

}  // namespace

TextSchedule::TextSchedule(std::vector<TextLengths> rows, int64_t slots, int64_t context)
    : rows_(std::move(rows)), context_(context) {
    for (size_t row = 0; row < rows_.size(); ++row) {
        const auto [prompt, max_new] = rows_[row];
        int64_t start = 0;
        while (start < prompt) {
            const int64_t length = piece_length(prompt - start), tokens = std::min(length, prompt - start);
            pieces_.push_back({static_cast<int64_t>(row), start, tokens, length, start + tokens == prompt});
            start += length;
        }
        capacities_.push_back(rounded_up(std::max(start, prompt + max_new)));
    }
    rows_.resize(static_cast<size_t>(slots), {1, 1});
    capacities_.resize(static_cast<size_t>(slots), capacity_step);
    cache_room_ = *std::max_element(capacities_.begin(), capacities_.end());
}

TextStep TextSchedule::step(size_t evaluation) const {
    return evaluation < pieces_.size() ? piece_step(pieces_[evaluation])
                                       : token_step(static_cast<int64_t>(evaluation - pieces_.size()));
}

TextStep::Row TextSchedule::row_at(int64_t slot, int64_t start) const {
    const int64_t capacity = capacities_[static_cast<size_t>(slot)];
    // Rows that have ended go on without being read, and stay within their cache.
    return {.slot = slot, .start = std::min({start, capacity - 1, context_ - 1}), .capacity = capacity};
}

TextStep TextSchedule::piece_step(const Piece& piece) const {
    TextStep step;
    step.rows = {row_at(piece.row, piece.start)};
    step.rows.front().longest = rows_[static_cast<size_t>(piece.row)].prompt;
    step.length = piece.length;
    step.wanted = piece.last ? piece.tokens - 1 : -1;
    step.slots = static_cast<int64_t>(rows_.size());
    step.cache_room = cache_room_;
    step.last_position = context_ - 1;
    return step;
}

TextStep TextSchedule::token_step(int64_t tokens) const {
    TextStep step;
    for (size_t slot = 0; slot < rows_.size(); ++slot) {
        step.rows.push_back(row_at(static_cast<int64_t>(slot), rows_[slot].prompt + tokens));
        step.rows.back().longest = step.rows.back().start + 1;
    }
    step.slots = static_cast<int64_t>(rows_.size());
    step.cache_room = cache_room_;
    step.last_position = context_ - 1;
    return step;
}

}  // namespace fanlight
