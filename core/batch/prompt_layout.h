#pragma once

#include <compare>
#include <string>
#include <vector>

namespace fanlight {

/// The chunks of tokens that a picture's prompts have up to a sampling step.
struct ChunkCounts {
    int last_step = 0;  ///< the last one with these counts: steps are counted from 0
    int positive = 1;
    int negative = 1;  ///< 1 if the picture is not guided

    auto operator<=>(const ChunkCounts&) const = default;
};

/// How a picture's prompts fit into the text encoder, found out when its run is planned.
struct PromptLayout {
    /// What changes from one step to another, in order: pictures may only share a micro-batch if it is equal. Empty:
    /// one chunk each at all steps.
    std::vector<ChunkCounts> chunks;
    int cut_tokens = 0;                        ///< of literal prompts: the tokens that do not fit, and have no effect
    int read_tokens = 0;                       ///< of a prompt at most, where a language model reads it; 0: CLIP does
    std::vector<std::string> embeddings = {};  ///< the names of those that they call

    bool operator==(const PromptLayout&) const = default;
};

/// Bounds for what comes from files.
constexpr int max_chunks = 10'000;

}  // namespace fanlight
