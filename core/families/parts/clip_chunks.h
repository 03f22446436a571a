#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/place.h"
#include "core/batch/image_task.h"
#include "core/batch/prompt_attention.h"
#include "core/families/parts/clip_tokenizer.h"

namespace fanlight {

/// What CLIP's text encoder reads at a time: ClipTokenizer::max_length() ids, usually 77.
struct ClipChunk {
    std::vector<int64_t> ids;   ///< begin, 75 tokens, end
    std::vector<int64_t> mask;  ///< 1 for begin, text and the first end, 0 for what fills the chunk up
    std::vector<float> weights;

    bool operator==(const ClipChunk&) const = default;
};

/// Lays a text out as AUTOMATIC1111's web UI does. Each part is tokenised apart; 75 tokens make a chunk, filled up with
/// end tokens, or behind the first end with padding if that is another token (Stable Diffusion 2); BREAK ends a chunk.
/// If a chunk is full and its last comma is one of its last 20 tokens, what follows it moves to the next chunk. The
/// name of an embedding stands for its vectors, which are all in one chunk. Begin, end and padding weigh 1. At least
/// one chunk.
std::vector<ClipChunk> clip_chunks(const ClipTokenizer& tokenizer, const std::vector<PromptPart>& parts);

/// Whether a text makes no more tokens than so many, as far as its bytes say: a token takes one at least.
bool surely_fits(std::string_view prompt, int64_t tokens);

/// How long a prompt is, at the step at which it takes the most chunks.
struct PromptLength {
    int64_t tokens = 0;
    int64_t room = 0;  ///< for tokens, in all of its chunks; literal prompts have one chunk, and what is over is cut

    int64_t cut() const { return std::max<int64_t>(0, tokens - room); }
};

/// Whether prompts are read in chunks, and may have a syntax; where not, they are literal.
bool reads_chunks(const Tokenizer& tokenizer);

/// Whether a prompt fits into one chunk of CLIP's own tokenizer.
bool fits_into_one_chunk(std::string_view prompt);

PromptLength prompt_length(const Tokenizer& tokenizer, const std::string& prompt, Emphasis emphasis, int steps);

/// How the picture's prompts fit into the text encoder. Where a second one reads other prompts, whose tokens are the
/// same, the longer ones count. Of its own layout nothing is read.
PromptLayout clip_layout(const ClipTokenizer& tokenizer, const ImageTask& image);

/// Sets its layout. A picture whose prompts have no syntax, and fit, becomes literal: it is the same picture. Throws
/// UsageError, beginning with `where`, for a prompt of too many chunks.
void lay_out(const ClipTokenizer& tokenizer, ImageTask& image, const Place& where);

}  // namespace fanlight
