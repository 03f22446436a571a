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
};

/// Causal attention of new tokens to all tokens of their row so far, whose keys and values the state's memory keeps
/// under the layer's `name`: [slots, kv_heads, room, head_dim] each, if the step has room for them. q: [R, L, heads*d];
/// k, v: [R, L, kv_heads*d], with position embeddings -> [R, L, heads*d]. What a row gets depends neither on the other
/// rows nor on their number, as long as that of all slots is the same.
at::Tensor attend_cached(State& state, const std::string& name, const at::Tensor& q, const at::Tensor& k,
                         const at::Tensor& v, const CachedAttentionOptions& options);

}  // namespace fanlight
