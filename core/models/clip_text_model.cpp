#include "core/models/clip_text_model.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <limits>

#include "core/arithmetic/matrix_product.h"
#include "core/families/parts/prompt_embeddings.h"
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
        dot_product_attention(split_heads(q_proj(h)), split_heads(k_proj(h)), split_heads(v_proj(h)), mask);
    const at::Tensor attended = x + out_proj(y.transpose(1, 2).reshape({B, L, D}));
    return attended + fc2(act(fc1(layer_norm2(attended))));
}

CLIPTextModel::CLIPTextModel(const Weights& weights, const ClipConfig& config, Projection projection)
    : CLIPTextModel(weights.has("text_model.final_layer_norm.weight") ? weights / "text_model" : weights, config) {
    if (projection == Projection::Yes)
        text_projection_ = linear_no_bias(weights / "text_projection", config.width, config.projection);
}

CLIPTextModel::CLIPTextModel(const Weights& root, const ClipConfig& config)
    : uses_attention_mask_(config.uses_attention_mask),
      end_id_(config.end_id),
      token_embedding_(root / "embeddings" / "token_embedding", config.vocabulary, config.width),
      position_embedding_(root / "embeddings" / "position_embedding", config.positions, config.width),
      final_layer_norm_(root / "final_layer_norm", config.width, config.eps) {
    const Activation act = activation(config.activation);
    for (int64_t i = 0; i < config.layers; ++i)
        layers_.emplace_back(root / "encoder" / "layers" / i, config.width, config.mlp_width, config.heads, act,
                             config.eps);
}

void CLIPTextModel::learn(const at::Tensor& vectors) {
    const auto [n, width] = dims<2>(vectors);
    if (width != token_embedding_.weight.size(1))
        throw Error("An embedding of vectors of %1 numbers is not for a text encoder that is %2 wide", width,
                    token_embedding_.weight.size(1));
    learned_ = vectors.to(token_embedding_.weight.options());
}

bool CLIPTextModel::knows(int64_t id) const {
    const int64_t learned = learned_.defined() ? learned_.size(0) : 0, place = id - PromptEmbeddings::first_id;
    return (id >= 0 && id < vocabulary()) || (place >= 0 && place < learned);
}

/// ids: [B, L] -> [B, L, width]
at::Tensor CLIPTextModel::embedded(const at::Tensor& ids) const {
    if (!learned_.defined()) return token_embedding_(ids);
    const at::Tensor words = token_embedding_(ids.clamp_max(vocabulary() - 1));
    const at::Tensor places = beside(ids, learned_) - PromptEmbeddings::first_id;
    const at::Tensor vectors = learned_.index_select(0, places.clamp_min(0).flatten()).view(words.sizes());
    return at::where(places.ge(0).unsqueeze(-1), vectors, words);
}

ClipText CLIPTextModel::forward(const at::Tensor& ids, const std::optional<at::Tensor>& mask,
                                const ClipReading& reading) const {
    const auto [B, L] = dims<2>(ids);
    const auto layers = static_cast<int64_t>(layers_.size());
    if (L > max_positions())
        throw Error("The tokenizer makes %1 ids and the text encoder has %2 positions", L, max_positions());
    const int64_t used = layers - reading.left_out - reading.clip_skip;
    if (reading.clip_skip < 0 || used < 1)
        throw Error("clip_skip must be from 0 to %1 for this model, not %2", layers - reading.left_out - 1,
                    reading.clip_skip);

    at::Tensor x = embedded(ids) + position_embedding_.weight.slice(0, 0, L);
    const double blocked = -std::numeric_limits<float>::infinity();
    at::Tensor causal = at::full({L, L}, blocked, x.options()).triu(1).view({1, 1, L, L});
    if (mask && uses_attention_mask_)
        causal = causal.expand({B, 1, L, L})
                     .masked_fill(mask->view({B, 1, 1, L}).eq(0), std::numeric_limits<float>::lowest());
    const auto run = [&](int64_t from, int64_t to) {
        for (int64_t i = from; i < to; ++i) x = layers_[static_cast<size_t>(i)](x, causal);
    };
    run(0, used);
    ClipText text{.hidden = reading.normed ? final_layer_norm_(x) : x};
    if (!reading.pooled_at) return text;
    run(used, layers);
    text.pooled = final_layer_norm_(x).select(1, *reading.pooled_at);
    if (text_projection_) text.pooled = (*text_projection_)(text.pooled);
    return text;
}

int64_t CLIPTextModel::end_of(const std::vector<int64_t>& ids) const {
    constexpr int64_t early_end_id = 2;
    const auto found =
        end_id_ == early_end_id ? std::max_element(ids.begin(), ids.end()) : std::find(ids.begin(), ids.end(), end_id_);
    return found == ids.end() ? 0 : found - ids.begin();
}

}  // namespace fanlight
