#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace fanlight {

/// What one evaluation of a language model computes: equally many successive tokens of some rows of its micro-batch,
/// each continuing what the caches hold of its row; or a prompt that an encoder reads. Every part of a model knows it
/// on the host, so that no layer asks a device for a number. One thread.
class TextStep {
public:
    struct Row {
        int64_t slot = 0;      ///< its place in the micro-batch, and in the caches
        int64_t start = 0;     ///< position of its first token
        int64_t capacity = 0;  ///< tokens for which its cache has room; from its own lengths alone
        int64_t longest = 0;   ///< tokens of the text that it is part of, for position embeddings that depend on it

        // Of a model with an encoder, which reads the prompt
        int64_t source = 0;           ///< tokens that it has read, or reads
        int64_t source_capacity = 0;  ///< for which there is room
    };

    std::vector<Row> rows;
    int64_t length = 1;  ///< tokens of each row; the last ones may be padding
    int64_t wanted = 0;  ///< the token whose logits are wanted, counted from the row's first one; -1: none
    std::vector<int64_t> all_wanted = {};  ///< of a text that is read once: `wanted` is the first of them
    /// Tokens whose log-probabilities are wanted instead of logits: equally many after each token from `wanted` on, one
    /// or several that might follow it. Only of one row.
    std::vector<int64_t> scored = {};
    int64_t slots = 1;       ///< rows of the micro-batch
    int64_t cache_room = 0;  ///< the largest capacity of all slots; 0: the text is read at once, and nothing is kept
    int64_t last_position = 0;

    /// Before its tokens are computed, the row gets the keys and values of the first tokens of another slot.
    struct {
        int64_t slot = 0, tokens = 0;
    } copied = {};

    // Of a text that is read at once, on the CPU; undefined: all tokens are seen, and their positions are 0, 1, 2, …

    at::Tensor seen = {};    ///< [length] bool; false for padding, to which no token attends
    at::Tensor placed = {};  ///< [length] int64: the tokens' positions

    bool encodes = false;  ///< the encoder reads the row's prompt, and the decoder's layers keep what they need of it
    int64_t source_room = 0;  ///< the largest capacity for prompts of all slots

    /// [rows, length] int64 on the device; at most last_position, which only padding would exceed.
    const at::Tensor& positions(at::Device device) const;

    /// A tensor that layers share: made on the CPU when the first one asks for it, and kept on each device. The name
    /// must say all that it depends on besides this step.
    const at::Tensor& once(const std::string& name, at::Device device, const std::function<at::Tensor()>& make) const;

private:
    mutable std::map<std::pair<std::string, std::string>, at::Tensor> kept_;  ///< by name and device
};

}  // namespace fanlight
