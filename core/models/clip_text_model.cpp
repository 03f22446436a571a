#include "core/models/clip_text_model.h"

#include <ATen/ATen.h>

#include <limits>

#include "core/layers/shapes.h"

namespace fanlight {

namespace {
const std::string where = "text_encoder/config.json";
}

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

CLIPTextModel::Sizes::Sizes(const Json& config)
    : vocabulary(required<int64_t>(config, "vocab_size", where)),
      width(required<int64_t>(config, "hidden_size", where)),
      mlp_width(required<int64_t>(config, "intermediate_size", where)),
      layers(required<int64_t>(config, "num_hidden_layers", where)),
      heads(required<int64_t>(config, "num_attention_heads", where)),
      positions(required<int64_t>(config, "max_position_embeddings", where)),
      eps(optional_or<double>(config, "layer_norm_eps", 1e-5, where)) {
    if (width < 1 || layers < 1 || layers > 1000 || heads < 1 || width % heads != 0 || positions < 2)
        throw Error(where + ": hidden_size, num_hidden_layers and num_attention_heads do not fit together");
}

CLIPTextModel::CLIPTextModel(const Weights& weights, const Json& config)
    : CLIPTextModel(weights.has("text_model.final_layer_norm.weight") ? weights / "text_model" : weights, config,
                    Sizes(config)) {}

CLIPTextModel::CLIPTextModel(const Weights& root, const Json& config, const Sizes& sizes)
    : uses_attention_mask_(optional_or<bool>(config, "use_attention_mask", false, where)),
      token_embedding_(root / "embeddings" / "token_embedding", sizes.vocabulary, sizes.width),
      position_embedding_(root / "embeddings" / "position_embedding", sizes.positions, sizes.width),
      final_layer_norm_(root / "final_layer_norm", sizes.width, sizes.eps) {
    const Activation act = activation(optional_or<std::string>(config, "hidden_act", "quick_gelu", where));
    for (int64_t i = 0; i < sizes.layers; ++i)
        layers_.emplace_back(root / "encoder" / "layers" / i, sizes.width, sizes.mlp_width, sizes.heads, act,
                             sizes.eps);
}

at::Tensor CLIPTextModel::forward(const at::Tensor& ids, const std::optional<at::Tensor>& mask, int clip_skip) const {
    const auto [B, L] = dims<2>(ids);
    if (L > max_positions())
        throw Error("The tokenizer makes " + std::to_string(L) + " ids and the text encoder has " +
                    std::to_string(max_positions()) + " positions");
    if (clip_skip < 0 || clip_skip >= static_cast<int>(layers_.size()))
        throw Error("clip_skip must be from 0 to " + std::to_string(layers_.size() - 1) + " for this model, not " +
                    std::to_string(clip_skip));

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
