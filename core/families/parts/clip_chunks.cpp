#include "core/families/parts/clip_chunks.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "core/base/error.h"
#include "core/batch/prompt_syntax.h"

namespace fanlight {

namespace {

constexpr size_t comma_backtrack = 20;  ///< tokens, A1111's default

/// Takes tokens one by one and closes chunks.
class Chunks {
public:
    explicit Chunks(const ClipTokenizer& tokenizer)
        : tokenizer_(tokenizer),
          comma_(tokenizer.comma_id()),
          length_(static_cast<size_t>(std::max<int64_t>(1, tokenizer.max_length() - 2))) {}

    /// The tokens of one part of the prompt, in which the names of embeddings become their vectors.
    void take(const std::vector<int64_t>& ids, float weight) {
        for (size_t i = 0; i < ids.size();) {
            make_room(ids[i]);
            const auto call = tokenizer_.call_at(std::span(ids).subspan(i));
            call ? take_whole(call->ids, weight) : open_.push_back({ids[i], weight});
            i += call ? call->tokens : 1;
        }
    }

    void close() {
        ClipChunk chunk;
        const auto add = [&](int64_t id, bool is_text, float weight) {
            chunk.ids.push_back(id);
            chunk.mask.push_back(is_text ? 1 : 0);
            chunk.weights.push_back(weight);
        };
        add(tokenizer_.begin_id(), true, 1);
        for (const Token& token : open_) add(token.id, true, token.weight);
        add(tokenizer_.end_id(), true, 1);
        while (chunk.ids.size() < length_ + 2) add(tokenizer_.pad_id(), false, 1);
        closed_.push_back(std::move(chunk));
        open_.clear();
        comma_end_ = 0;
    }

    std::vector<ClipChunk> finish() {
        if (!open_.empty() || closed_.empty()) close();
        return std::move(closed_);
    }

private:
    struct Token {
        int64_t id;
        float weight;
    };

    void make_room(int64_t next) {
        const bool is_full = open_.size() == length_;
        if (comma_ && next == *comma_) {
            comma_end_ = open_.size() + 1;
        } else if (is_full && comma_end_ > 0 && length_ - (comma_end_ - 1) <= comma_backtrack) {
            const std::vector<Token> moved(open_.begin() + static_cast<ptrdiff_t>(comma_end_), open_.end());
            open_.resize(comma_end_);
            close();
            open_ = moved;
        }
        if (open_.size() == length_) close();
    }

    /// An embedding is not spread over two chunks.
    void take_whole(const PromptEmbeddings::Ids& ids, float weight) {
        if (open_.size() + static_cast<size_t>(ids.count) > length_) close();
        for (int64_t i = 0; i < ids.count; ++i) open_.push_back({ids.first + i, weight});
    }

    const ClipTokenizer& tokenizer_;
    const std::optional<int64_t> comma_;
    const size_t length_;
    std::vector<Token> open_;
    size_t comma_end_ = 0;  ///< behind the open chunk's last comma; 0: it has none
    std::vector<ClipChunk> closed_;
};

/// A text, and for another text encoder a second one, or the same.
using Texts = std::vector<std::string>;

Texts texts_of(const std::string& first, const std::string& second) {
    return second.empty() || second == first ? Texts{first} : Texts{first, second};
}

Texts prompts_of(const ImageTask& image) { return texts_of(image.prompt, image.prompt_2); }

/// Those that have an effect.
Texts negatives_of(const ImageTask& image) {
    return image.guided() ? texts_of(image.negative_text(), image.negative_prompt_2) : Texts{""};
}

/// A prompt's chunks: up to which step how many.
std::map<int, int> chunks_by_step(const ClipTokenizer& tokenizer, const std::string& prompt, const ImageTask& image) {
    std::map<std::string, int> known;  // alternatives come again and again
    std::map<int, int> counts;
    for (const ScheduledText& text : scheduled_texts(prompt, image.emphasis, image.steps)) {
        int& count = known[text.text];
        if (count == 0)
            count = static_cast<int>(clip_chunks(tokenizer, weighted_parts(text.text, image.emphasis)).size());
        counts[text.last_step] = count;
    }
    return counts;
}

/// Of the longer text at each step, to whose chunks the other one's are filled up.
std::map<int, int> chunks_by_step(const ClipTokenizer& tokenizer, const Texts& texts, const ImageTask& image) {
    std::map<int, int> most = chunks_by_step(tokenizer, texts.front(), image);
    if (texts.size() == 1) return most;
    const std::map<int, int> first = most, second = chunks_by_step(tokenizer, texts.back(), image);
    most.insert(second.begin(), second.end());
    for (auto& [step, count] : most)
        count = std::max(first.lower_bound(step)->second, second.lower_bound(step)->second);
    return most;
}

int tokens_over(const ClipTokenizer& tokenizer, const std::string& prompt) {
    const int64_t room = tokenizer.max_length() - 2;
    if (!tokenizer.knows_embeddings() && surely_fits(prompt, room)) return 0;
    return static_cast<int>(std::max<int64_t>(0, static_cast<int64_t>(tokenizer.literal_ids(prompt).size()) - room));
}

}  // namespace

bool surely_fits(std::string_view prompt, int64_t tokens) {
    // Normalising may make more bytes of other characters than ASCII's.
    return static_cast<int64_t>(prompt.size()) <= tokens &&
           std::all_of(prompt.begin(), prompt.end(), [](char c) { return c >= 0; });
}

std::vector<ClipChunk> clip_chunks(const ClipTokenizer& tokenizer, const std::vector<PromptPart>& parts) {
    Chunks chunks(tokenizer);
    for (const PromptPart& part : parts) {
        if (part.is_break) {
            chunks.close();
            continue;
        }
        chunks.take(tokenizer.text_ids(part.text), static_cast<float>(part.weight));
    }
    return chunks.finish();
}

bool reads_chunks(const Tokenizer& tokenizer) { return dynamic_cast<const ClipTokenizer*>(&tokenizer); }

bool fits_into_one_chunk(std::string_view prompt) {
    static const auto tokenizer = original_clip_tokenizer("<|endoftext|>");
    const int64_t room = tokenizer->max_length() - 2;
    return surely_fits(prompt, room) || tokenizer->encode(prompt).text_tokens <= room;
}

PromptLength prompt_length(const Tokenizer& tokenizer, const std::string& prompt, Emphasis emphasis, int steps) {
    const int64_t room = tokenizer.room();
    const auto* clip = dynamic_cast<const ClipTokenizer*>(&tokenizer);
    if (!clip || emphasis == Emphasis::Literal) return {tokenizer.encode(prompt).text_tokens, room};
    PromptLength longest;
    std::set<std::string> known;  // alternatives come again and again
    for (const ScheduledText& text : scheduled_texts(prompt, emphasis, steps)) {
        if (!known.insert(text.text).second) continue;
        const std::vector<ClipChunk> chunks = clip_chunks(*clip, weighted_parts(text.text, emphasis));
        PromptLength length{.room = room * static_cast<int64_t>(chunks.size())};
        for (const ClipChunk& chunk : chunks) length.tokens += std::count(chunk.mask.begin(), chunk.mask.end(), 1) - 2;
        if (std::pair(length.room, length.tokens) > std::pair(longest.room, longest.tokens)) longest = length;
    }
    return longest;
}

PromptLayout clip_layout(const ClipTokenizer& tokenizer, const ImageTask& image) {
    PromptLayout layout;
    if (image.emphasis == Emphasis::Literal) {
        for (const Texts& texts : {prompts_of(image), negatives_of(image)})
            for (const std::string& text : texts) layout.cut_tokens += tokens_over(tokenizer, text);
        return layout;
    }
    const auto positive = chunks_by_step(tokenizer, prompts_of(image), image),
               negative = chunks_by_step(tokenizer, negatives_of(image), image);
    std::set<int> steps;
    for (const auto* counts : {&positive, &negative})
        for (const auto& [last_step, count] : *counts) steps.insert(last_step);
    for (const int step : steps) {
        const ChunkCounts next{step, positive.lower_bound(step)->second, negative.lower_bound(step)->second};
        const bool same = !layout.chunks.empty() && layout.chunks.back().positive == next.positive &&
                          layout.chunks.back().negative == next.negative;
        if (same)
            layout.chunks.back().last_step = step;
        else
            layout.chunks.push_back(next);
    }
    const ChunkCounts one{layout.chunks.front().last_step, 1, 1};
    if (layout.chunks.size() == 1 && layout.chunks.front() == one) layout.chunks.clear();
    return layout;
}

void lay_out(const ClipTokenizer& tokenizer, ImageTask& image, const Place& where) {
    if (image.emphasis != Emphasis::Literal) {
        const auto are_plain = [&](const Texts& texts) {
            return std::all_of(texts.begin(), texts.end(), [&](const std::string& text) {
                return is_plain(text, image.emphasis, image.steps) && !tokenizer.names_embedding(text) &&
                       tokens_over(tokenizer, text) == 0;
            });
        };
        if (are_plain(prompts_of(image)) && are_plain(negatives_of(image))) image.emphasis = Emphasis::Literal;
    }
    PromptLayout layout = clip_layout(tokenizer, image);
    for (const ChunkCounts& counts : layout.chunks)
        if (std::max(counts.positive, counts.negative) > max_chunks)
            throw UsageError("%1: the prompt makes more than %2 chunks of tokens; shorten it.", where, max_chunks);
    image.layout = layout == PromptLayout() ? Shared<PromptLayout>() : Shared(std::move(layout));
}

}  // namespace fanlight
