#pragma once

#include <ATen/core/Tensor.h>

#include <optional>
#include <string>
#include <vector>

#include "core/layers/layers.h"
#include "core/layers/state.h"

namespace fanlight {

struct AttentionOptions {
    int64_t query_dim, context_dim, heads, head_dim;
};

struct Attention {
    Attention(const Weights& w, const AttentionOptions& options);
    /// x: [B, L, query_dim] -> [B, L, query_dim]
    at::Tensor to_self(const at::Tensor& x) const;
    /// Keys and values depend only on the text, so they are computed once and remembered.
    at::Tensor to_text(const at::Tensor& x, const Conditioning& text, Memory& memory) const;

    std::string name;  ///< the checkpoint's, since an offloaded layer is constructed anew at every step
    int64_t heads;
    Linear to_q, to_k, to_v, to_out;
};

struct TransformerOptions {
    int64_t channels, heads, head_dim, context_dim, layers, groups;
    bool linear_projection = false;
    bool only_cross_attention = false;
};

/// Self-attention, attention to the text, gated feed-forward (GEGLU); each with a norm before it and a residual
/// connection.
struct BasicTransformerBlock {
    BasicTransformerBlock(const Weights& w, const TransformerOptions& options);
    at::Tensor operator()(const at::Tensor& x, const Conditioning& text, Memory& memory) const;

    bool only_cross_attention;
    LayerNorm norm1;
    Attention attn1;
    LayerNorm norm2;
    Attention attn2;
    LayerNorm norm3;
    Linear ff_in, ff_out;
};

/// Transformer blocks over the pixels of a feature map, with a residual connection.
struct Transformer2DModel {
    Transformer2DModel(const Weights& w, const TransformerOptions& options);
    /// x: [B, C, H, W] -> [B, C, H, W]
    at::Tensor operator()(const at::Tensor& x, const Conditioning& text, Memory& memory) const;

    GroupNorm norm;
    at::Tensor proj_in, proj_in_bias, proj_out, proj_out_bias;  ///< [out, in], however the checkpoint stores them
    std::vector<BasicTransformerBlock> transformer_blocks;
};

}  // namespace fanlight
