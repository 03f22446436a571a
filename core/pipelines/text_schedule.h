#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/layers/text_step.h"

namespace fanlight {

/// Tokens of one text: of its prompt, and at most new ones. If an encoder reads the prompt, that is the source, and
/// what the decoder begins with counts as the prompt.
struct TextLengths {
    int64_t prompt = 1, max_new = 1;
    int64_t source = 0;
};

/// Which tokens of which texts each evaluation takes. A text has a slot, one of a fixed number. Its prompt is read
/// first, alone and in pieces; then all texts take one token each at a time. What a text is computed with follows from
/// its own lengths and the number of slots, so it depends on nothing else. Parts of a model that are told the same make
/// the same schedule. One thread.
class TextSchedule {
public:
    struct Options {
        int64_t slots = 1;
        int64_t context = 1;  ///< number of positions
        /// Texts that have ended are left out, instead of going on unread. Only where a row's numbers do not depend on
        /// how many rows there are, and if the whole model is told when a text ends.
        bool leaves_out_ended = false;
        std::optional<int64_t> recompute_at = {};  ///< see DecoderPlan
    };

    explicit TextSchedule(const Options& options);

    /// Tokens with which the texts of two slots begin.
    struct Shared {
        int64_t slot = 0, tokens = 0;
    };

    /// The slot's text; the earlier one has ended. Whole pieces of what it shares with another one that is being made
    /// are copied, and need not be read again.
    void put(int64_t slot, const TextLengths& text, const Shared& shared);
    void put(int64_t slot, const TextLengths& text) { put(slot, text, Shared()); }
    void end(int64_t slot);

    /// The next evaluation. Each row is given a token by an evaluation that wants its logits, and has it in the next.
    TextStep next();

private:
    struct Slot {
        bool taken = false;
        int64_t known = 1, read = 0;  ///< tokens of the text, and how many of them the caches hold
        int64_t capacity = 0;
        int64_t source = 0, source_capacity = 0;
        bool encoded = false;
        int64_t text = 0;  ///< texts are numbered as they are put
        struct {
            int64_t slot = 0, text = 0, tokens = 0;
        } copied = {};  ///< from which text, before the first piece

        bool is_to_be_encoded() const { return taken && source > 0 && !encoded; }
        bool is_to_be_read() const { return taken && (known > read + 1 || (read == 0 && source == 0)); }
    };

    int64_t pieces_within(int64_t tokens) const;
    void begin_anew_where_needed();
    TextStep encoding(int64_t slot);
    TextStep piece(int64_t slot);
    TextStep one_token_each();
    TextStep::Row row_of(int64_t slot) const;
    void advance(TextStep& step, int64_t tokens);

    const Options options_;
    std::vector<Slot> slots_;
    int64_t cache_room_ = 0, source_room_ = 0, texts_ = 0;
};

}  // namespace fanlight
