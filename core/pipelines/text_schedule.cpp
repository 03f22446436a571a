#include "core/pipelines/text_schedule.h"

#include <algorithm>
#include <utility>

namespace fanlight {

namespace {

// These numbers determine last bits, and so belong to what a text depends on.
constexpr int64_t piece_step = 8;
constexpr int64_t capacity_step = 64;

/// The longest piece that begins there. The first ones are short, so that texts with a short beginning in common share
/// it.
int64_t piece_at(int64_t start) { return start < 128 ? 64 : start < 256 ? 128 : 256; }

int64_t rounded_up(int64_t tokens, int64_t step) { return (tokens + step - 1) / step * step; }

}  // namespace

TextSchedule::TextSchedule(const Options& options)
    : options_(options),
      slots_(static_cast<size_t>(options.slots), Slot{.capacity = capacity_step, .source_capacity = capacity_step}),
      cache_room_(capacity_step),
      source_room_(capacity_step) {}

void TextSchedule::put(int64_t slot, const TextLengths& text, const Shared& shared) {
    // The pieces of a prompt may reach beyond it.
    const int64_t room =
        rounded_up(std::max(rounded_up(text.prompt, piece_step), text.prompt + text.max_new), capacity_step);
    Slot& put = slots_[static_cast<size_t>(slot)];
    const Slot& other = slots_[static_cast<size_t>(shared.slot)];
    // The last token has to be read, for its logits.
    const int64_t copied = pieces_within(std::min(shared.tokens, text.prompt - 1));
    const bool same_rotations =
        !options_.recompute_at || (text.prompt > *options_.recompute_at) == (other.known > *options_.recompute_at);
    put = Slot{.taken = true,
               .known = text.prompt,
               .capacity = room,
               .source = text.source,
               .source_capacity = rounded_up(std::max<int64_t>(1, text.source), capacity_step),
               .text = ++texts_};
    if (copied > 0 && shared.slot != slot && other.taken && same_rotations) {
        put.copied = {shared.slot, other.text, copied};
        put.read = copied;
    }
    cache_room_ = std::max(cache_room_, room);
    source_room_ = std::max(source_room_, put.source_capacity);
}

/// How many of a prompt's first tokens whole pieces hold.
int64_t TextSchedule::pieces_within(int64_t tokens) const {
    int64_t within = 0;
    while (within + piece_at(within) <= tokens) within += piece_at(within);
    return within;
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
    Slot& text = slots_[static_cast<size_t>(slot)];
    TextStep step;
    if (const auto copied = std::exchange(text.copied, {}); copied.tokens > 0) {
        const Slot& from = slots_[static_cast<size_t>(copied.slot)];
        const bool is_there = from.taken && from.text == copied.text && from.read >= copied.tokens;
        is_there ? void(step.copied = {copied.slot, copied.tokens}) : void(text.read = 0);
    }
    const int64_t tokens = std::min(piece_at(text.read), text.known - text.read);
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
