#pragma once

#include <functional>
#include <optional>
#include <string>

#include "core/layers/cached_attention.h"
#include "core/layers/layers.h"
#include "core/models/rope.h"

namespace fanlight {

/// Causal self-attention whose queries and keys are turned by their positions, as a decoder's block has it; the block
/// takes its tensors from their places in the checkpoint. Any thread.
struct RotaryAttention {
    using Norm = std::function<at::Tensor(const at::Tensor& x)>;  ///< of the last dimension

    std::string name;  ///< of the block, for its cache
    CachedAttentionOptions options;
    std::optional<Rope> rope;  ///< nothing: positions are not embedded
    Projection q_proj, k_proj, v_proj, o_proj;
    Norm q_norm = {}, k_norm = {};  ///< of each head, before it is turned; may be empty

    /// x: [R, L, width] -> [R, L, width]
    at::Tensor operator()(State& state, const at::Tensor& x) const;

private:
    at::Tensor placed(const TextStep& step, const at::Tensor& x, const Norm& norm) const;
};

}  // namespace fanlight
