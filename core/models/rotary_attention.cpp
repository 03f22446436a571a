#include "core/models/rotary_attention.h"

#include <ATen/ATen.h>

namespace fanlight {

at::Tensor RotaryAttention::operator()(State& state, const at::Tensor& x) const {
    const at::Tensor q = placed(*state.text, q_proj(x), q_norm), k = placed(*state.text, k_proj(x), k_norm);
    return o_proj(attend_cached(state, name, q, k, v_proj(x), options));
}

/// Norms and turns each head: [R, L, heads*d].
at::Tensor RotaryAttention::placed(const TextStep& step, const at::Tensor& x, const Norm& norm) const {
    at::Tensor heads = x.unflatten(-1, {-1, options.head_dim});
    if (norm) heads = norm(heads);
    if (rope) heads = (*rope)(step, heads);
    return heads.flatten(-2);
}

}  // namespace fanlight
