#pragma once

#include <string>

#include "core/layers/state.h"

namespace fanlight {

struct CachedAttentionOptions {
    int64_t heads = 1;
    int64_t kv_heads = 1;  ///< each serves heads / kv_heads successive heads (Ainslie et al. 2023)
    int64_t head_dim = 1;
    double scale = 1;    ///< of the scores
    double cap = 0;      ///< unless it is 0, a score s is cap * tanh(s / cap), as in Gemma 2
    int64_t window = 0;  ///< a token sees that many tokens, itself included; 0: all before it
    /// [heads, n + 1] float32 on the CPU, added to the scores of keys that are n, n - 1, … 0 tokens before their query;
    /// what is farther away has the first one. Undefined: none. Only without a cap, and for evaluations that take one
    /// token of each row.
    at::Tensor by_distance = {};
};

/// Causal attention of new tokens to all tokens of their row so far, whose keys and values the state's memory keeps
/// under the layer's `name`: [slots, kv_heads, room, head_dim] each, if the step has room for them. q: [R, L, heads*d];
/// k, v: [R, L, kv_heads*d], with position embeddings -> [R, L, heads*d]. What a row gets depends neither on the other
/// rows nor on their number, as long as that of all slots is the same.
at::Tensor attend_cached(State& state, const std::string& name, const at::Tensor& q, const at::Tensor& k,
                         const at::Tensor& v, const CachedAttentionOptions& options);

/// Keeps the keys and values of a text that the decoder's layers look at, for the step's only row: [1, L, heads*d].
void keep_source(State& state, const std::string& name, const at::Tensor& k, const at::Tensor& v, int64_t heads);

/// Attention of one new token of each row to what has been kept of its source. q: [R, 1, heads*d] -> the same shape.
at::Tensor attend_source(State& state, const std::string& name, const at::Tensor& q,
                         const CachedAttentionOptions& options);

}  // namespace fanlight
