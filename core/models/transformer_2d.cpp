#include "core/models/transformer_2d.h"

#include <ATen/ATen.h>

#include "core/arithmetic/matrix_product.h"
#include "core/layers/fused.h"
#include "core/layers/shapes.h"

namespace fanlight {

Attention::Attention(const Weights& w, const AttentionOptions& o)
    : name(w.key("")),
      heads(o.heads),
      to_q(linear_no_bias(w / "to_q", o.query_dim, o.heads * o.head_dim)),
      to_k(linear_no_bias(w / "to_k", o.context_dim, o.heads * o.head_dim)),
      to_v(linear_no_bias(w / "to_v", o.context_dim, o.heads * o.head_dim)),
      to_out(linear(w / "to_out" / 0, o.heads * o.head_dim, o.query_dim)) {}

at::Tensor Attention::to_self(const at::Tensor& x) const { return to_out(attend(to_q(x), to_k(x), to_v(x), heads)); }

at::Tensor Attention::to_text(const at::Tensor& x, const Conditioning& text, Memory& memory) const {
    std::vector<at::Tensor>& keys_and_values = memory[name];
    if (keys_and_values.empty()) keys_and_values = {to_k(text.context), to_v(text.context)};
    const at::Tensor& k = keys_and_values[0];
    return to_out(
        attend(to_q(x), k, keys_and_values[1], heads, text.mask.defined() ? beside(text.mask, k) : text.mask));
}

BasicTransformerBlock::BasicTransformerBlock(const Weights& w, const TransformerOptions& o)
    : only_cross_attention(o.only_cross_attention),
      norm1(w / "norm1", o.heads * o.head_dim),
      attn1(w / "attn1",
            {o.heads * o.head_dim, o.only_cross_attention ? o.context_dim : o.heads * o.head_dim, o.heads, o.head_dim}),
      norm2(w / "norm2", o.heads * o.head_dim),
      attn2(w / "attn2", {o.heads * o.head_dim, o.context_dim, o.heads, o.head_dim}),
      norm3(w / "norm3", o.heads * o.head_dim),
      ff_in(linear(w / "ff" / "net" / 0 / "proj", o.heads * o.head_dim, 8 * o.heads * o.head_dim)),
      ff_out(linear(w / "ff" / "net" / 2, 4 * o.heads * o.head_dim, o.heads * o.head_dim)) {}

at::Tensor BasicTransformerBlock::operator()(const at::Tensor& input, const Conditioning& text, Memory& memory) const {
    const at::Tensor x = beside(input, norm1.weight);
    const at::Tensor h = norm1(x);
    at::Tensor y = x + (only_cross_attention ? attn1.to_text(h, text, memory) : attn1.to_self(h));
    y = y + attn2.to_text(norm2(y), text, memory);
    return y + ff_out(geglu(ff_in(norm3(y))));
}

Transformer2DModel::Transformer2DModel(const Weights& w, const TransformerOptions& o)
    : norm(w / "norm", o.groups, o.channels, 1e-6) {
    const int64_t inner = o.heads * o.head_dim;
    const auto take_projection = [&](const Weights& place, int64_t in, int64_t out) {
        return o.linear_projection ? place.take("weight", {out, in})
                                   : place.take("weight", {out, in, 1, 1}).view({out, in});
    };
    proj_in = take_projection(w / "proj_in", o.channels, inner);
    proj_in_bias = (w / "proj_in").take("bias", {inner});
    for (int64_t i = 0; i < o.layers; ++i) transformer_blocks.emplace_back(w / "transformer_blocks" / i, o);
    proj_out = take_projection(w / "proj_out", inner, o.channels);
    proj_out_bias = (w / "proj_out").take("bias", {o.channels});
}

at::Tensor Transformer2DModel::operator()(const at::Tensor& x, const Conditioning& text, Memory& memory) const {
    const auto [B, C, H, W] = dims<4>(x);
    // A 1x1 convolution is a linear layer over pixels, so both kinds of checkpoint use the same code.
    at::Tensor h = linear_product(beside(norm(x), proj_in).flatten(2).transpose(1, 2), proj_in,
                                  proj_in_bias);  // [B, C, H, W] -> [B, H*W, inner]
    for (const BasicTransformerBlock& block : transformer_blocks) h = block(h, text, memory);
    h = linear_product(beside(h, proj_out), proj_out, proj_out_bias);
    return h.transpose(1, 2).reshape({B, C, H, W}) + beside(x, h);
}

}  // namespace fanlight
