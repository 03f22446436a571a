#pragma once

#include <ATen/core/Tensor.h>

#include "core/layers/layers.h"
#include "core/models/axial_rope.h"

namespace fanlight {

/// The tokens of a text and of a picture, each [1, L, width].
struct TextAndPicture {
    at::Tensor text, picture;
};

struct JointAttentionOptions {
    int64_t width, heads, head_dim;
    double eps;  ///< of the norms of queries and keys
    bool has_bias;
};

/// Attention in which the tokens of a text and of a picture all see each other, with projections of their own (Esser et
/// al. 2024, section 4), as FLUX has it; in the names of diffusers' FluxAttention and Flux2Attention. Any thread.
class JointAttention {
public:
    JointAttention(const Weights& w, const JointAttentionOptions& options);

    /// `turns`: of the text's tokens, then of the picture's. The tokens are beside the weights.
    TextAndPicture operator()(const TextAndPicture& x, const Turns& turns) const;

    at::Device device() const { return picture_.to_q.weight.device(); }

private:
    struct Stream {
        Linear to_q, to_k, to_v, to_out;
        RMSNorm norm_q, norm_k;
    };

    JointAttentionOptions options_;
    Stream text_, picture_;
};

}  // namespace fanlight
