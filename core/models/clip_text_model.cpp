#include "core/models/clip_text_model.h"

#include <ATen/ATen.h>

#include <limits>

#include "core/layers/shapes.h"

namespace fanlight {

CLIPEncoderLayer::CLIPEncoderLayer(const Weights& w, int64_t width, int64_t mlp_width, int64_t heads, Activation act,
                                   double eps)
    : heads(heads),
      act(act),
      layer_norm1(w / "layer_norm1", width, eps),
      layer_norm2(w / "layer_norm2", width, eps),
      q_proj(linear(w / "self_attn" / "q_proj", width, width)),
      k_proj(linear(w / "self_attn" / "k_proj", width, width)),
      v_proj(linear(w / "self_attn" / "v_proj", width, width)),
      out_proj(linear(w / "self_attn" / "out_proj", width, width)),
      fc1(linear(w / "mlp" / "fc1", width, mlp_width)),
      fc2(linear(w / "mlp" / "fc2", mlp_width, width)) {}

at::Tensor CLIPEncoderLayer::operator()(const at::Tensor& x, const at::Tensor& mask) const {
    const auto [B, L, D] = dims<3>(x);
    const auto split_heads = [this](const at::Tensor& t) { return t.unflatten(-1, {heads, -1}).transpose(1, 2); };
    const at::Tensor h = layer_norm1(x);
    const at::Tensor y =
        at::scaled_dot_product_attention(split_heads(q_proj(h)), split_heads(k_proj(h)), split_heads(v_proj(h)), mask);
    const at::Tensor attended = x + out_proj(y.transpose(1, 2).reshape({B, L, D}));
    return attended + fc2(act(fc1(layer_norm2(attended))));
}

CLIPTextModel::CLIPTextModel(const Weights& weights, const Json& config)
    : CLIPTextModel(weights.has("text_model.final_layer_norm.weight") ? weights / "text_model" : weights,
                    ClipConfig(config)) {}

CLIPTextModel::CLIPTextModel(const Weights& root, const ClipConfig& config)
    : uses_attention_mask_(config.uses_attention_mask),
      token_embedding_(root / "embeddings" / "token_embedding", config.vocabulary, config.width),
      position_embedding_(root / "embeddings" / "position_embedding", config.positions, config.width),
      final_layer_norm_(root / "final_layer_norm", config.width, config.eps) {
    const Activation act = activation(config.activation);
    for (int64_t i = 0; i < config.layers; ++i)
        layers_.emplace_back(root / "encoder" / "layers" / i, config.width, config.mlp_width, config.heads, act,
                             config.eps);
}

at::Tensor CLIPTextModel::forward(const at::Tensor& ids, const std::optional<at::Tensor>& mask, int clip_skip) const {
    const auto [B, L] = dims<2>(ids);
    if (L > max_positions())
        throw Error("The tokenizer makes %1 ids and the text encoder has %2 positions", L, max_positions());
    if (clip_skip < 0 || clip_skip >= static_cast<int>(layers_.size()))
        throw Error("clip_skip must be from 0 to %1 for this model, not %2", layers_.size() - 1, clip_skip);

    at::Tensor x = token_embedding_(ids) + position_embedding_.weight.slice(0, 0, L);
    const double blocked = -std::numeric_limits<float>::infinity();
    at::Tensor causal = at::full({L, L}, blocked, x.options()).triu(1).view({1, 1, L, L});
    if (mask && uses_attention_mask_)
        causal = causal.expand({B, 1, L, L})
                     .masked_fill(mask->view({B, 1, 1, L}).eq(0), std::numeric_limits<float>::lowest());
    for (size_t i = 0; i + static_cast<size_t>(clip_skip) < layers_.size(); ++i) x = layers_[i](x, causal);
    return final_layer_norm_(x);
}

}  // namespace fanlight
