#include "core/pipelines/text_schedule.h"

#include <algorithm>

namespace fanlight {

namespace {

// These numbers determine last bits, and so belong to what a text depends on.
constexpr int64_t longest_piece = 256, piece_step = 8;
constexpr int64_t capacity_step = 64;

int64_t rounded_up(int64_t tokens, int64_t step) { return (tokens + step - 1) / step * step; }

}  // namespace

TextSchedule::TextSchedule(const Options& options)
    : options_(options),
      slots_(static_cast<size_t>(options.slots), Slot{.capacity = capacity_step, .source_capacity = capacity_step}),
      cache_room_(capacity_step),
      source_room_(capacity_step) {}

void TextSchedule::put(int64_t slot, const TextLengths& text) {
    // The pieces of a prompt may reach beyond it.
    const int64_t room =
        rounded_up(std::max(rounded_up(text.prompt, piece_step), text.prompt + text.max_new), capacity_step);
    slots_[static_cast<size_t>(slot)] = {
        .taken = true,
        .known = text.prompt,
        .capacity = room,
        .source = text.source,
        .source_capacity = rounded_up(std::max<int64_t>(1, text.source), capacity_step)};
    cache_room_ = std::max(cache_room_, room);
    source_room_ = std::max(source_room_, slots_[static_cast<size_t>(slot)].source_capacity);
}

void TextSchedule::end(int64_t slot) { slots_[static_cast<size_t>(slot)].taken = false; }

TextStep TextSchedule::next() {
    begin_anew_where_needed();
    for (size_t slot = 0; slot < slots_.size(); ++slot) {
        if (slots_[slot].is_to_be_encoded()) return encoding(static_cast<int64_t>(slot));
        if (slots_[slot].is_to_be_read()) return piece(static_cast<int64_t>(slot));
    }
    return one_token_each();
}

void TextSchedule::begin_anew_where_needed() {
    if (!options_.recompute_at) return;
    for (Slot& text : slots_)
        if (text.taken && text.read == options_.recompute_at && text.known == text.read + 1) text.read = 0;
}

TextStep TextSchedule::encoding(int64_t slot) {
    Slot& text = slots_[static_cast<size_t>(slot)];
    text.encoded = true;
    TextStep step;
    step.rows = {row_of(slot)};
    step.length = text.source;
    step.wanted = -1;
    step.encodes = true;
    advance(step, 0);
    return step;
}

TextStep TextSchedule::piece(int64_t slot) {
    const Slot& text = slots_[static_cast<size_t>(slot)];
    const int64_t tokens = std::min(longest_piece, text.known - text.read);
    TextStep step;
    step.rows = {row_of(slot)};
    step.rows.front().longest = text.known;
    step.length = rounded_up(tokens, piece_step);
    step.wanted = text.read + tokens == text.known ? tokens - 1 : -1;
    advance(step, tokens);
    return step;
}

TextStep TextSchedule::one_token_each() {
    TextStep step;
    for (size_t slot = 0; slot < slots_.size(); ++slot)
        if (slots_[slot].taken || !options_.leaves_out_ended) step.rows.push_back(row_of(static_cast<int64_t>(slot)));
    advance(step, 1);
    return step;
}

TextStep::Row TextSchedule::row_of(int64_t slot) const {
    const Slot& text = slots_[static_cast<size_t>(slot)];
    // Texts that have ended and go on stay within their caches.
    const int64_t start = std::min({text.read, text.capacity - 1, options_.context - 1});
    return {.slot = slot,
            .start = start,
            .capacity = text.capacity,
            .longest = start + 1,
            .source = std::max<int64_t>(1, text.source),
            .source_capacity = text.source_capacity};
}

void TextSchedule::advance(TextStep& step, int64_t tokens) {
    for (const TextStep::Row& row : step.rows) {
        Slot& text = slots_[static_cast<size_t>(row.slot)];
        text.read += tokens;
        text.known += step.wanted >= 0;
    }
    step.slots = options_.slots;
    step.cache_room = cache_room_;
    step.source_room = source_room_;
    step.last_position = options_.context - 1;
}

}  // namespace fanlight
