#include "core/models/llama.h"

#include <ATen/ATen.h>

#include <cmath>

#include "core/layers/cached_attention.h"
#include "core/layers/fused_decoder.h"
#include "core/layers/layers.h"
#include "core/models/rope.h"

namespace fanlight {

namespace {

Projection projection(const Weights& w, int64_t in, int64_t out, bool with_bias) {
    return {w, with_bias ? linear(w, in, out) : linear_no_bias(w, in, out)};
}

class Attention {
public:
    Attention(const LlamaConfig& c, const LlamaConfig::Layer& layer, const Weights& w, std::string name)
        : name_(std::move(name)),
          attention_{.heads = c.heads,
                     .kv_heads = c.kv_heads,
                     .head_dim = c.head_dim,
                     .scale = 1 / std::sqrt(static_cast<double>(c.head_dim)),
                     .window = layer.window},
          q_proj(projection(w / "q_proj", c.width, c.heads * c.head_dim, c.qkv_bias)),
          k_proj(projection(w / "k_proj", c.width, c.kv_heads * c.head_dim, c.qkv_bias)),
          v_proj(projection(w / "v_proj", c.width, c.kv_heads * c.head_dim, c.qkv_bias)),
          o_proj(projection(w / "o_proj", c.heads * c.head_dim, c.width, c.output_bias)) {
        if (layer.rotated) rope_.emplace(c.rope);
        if (!c.kind.normed_heads) return;
        q_norm.emplace(w / "q_norm", c.head_dim, c.eps);
        k_norm.emplace(w / "k_norm", c.head_dim, c.eps);
    }

    /// x: [R, L, width]
    at::Tensor operator()(State& state, const at::Tensor& x) const {
        const at::Tensor q = placed(*state.text, q_proj(x), q_norm), k = placed(*state.text, k_proj(x), k_norm);
        return o_proj(attend_cached(state, name_, q, k, v_proj(x), attention_));
    }

private:
    /// Norms and rotates each head: [R, L, heads*d].
    at::Tensor placed(const TextStep& step, const at::Tensor& x, const std::optional<RMSNorm>& norm) const {
        at::Tensor heads = x.unflatten(-1, {-1, attention_.head_dim});
        if (norm) heads = (*norm)(heads);
        if (rope_) heads = (*rope_)(step, heads);
        return heads.flatten(-2);
    }

    std::string name_;
    CachedAttentionOptions attention_;
    std::optional<Rope> rope_;
    Projection q_proj, k_proj, v_proj, o_proj;
    std::optional<RMSNorm> q_norm, k_norm;
};

class Block {
public:
    Block(const LlamaConfig& c, int64_t layer, const Weights& w, const std::string& name)
        : act_(c.activation),
          gated_(c.activation == "silu"),
          input_layernorm(w / "input_layernorm", c.width, c.eps),
          post_attention_layernorm(w / "post_attention_layernorm", c.width, c.eps),
          self_attn(c, c.of_layer[static_cast<size_t>(layer)], w / "self_attn", name),
          gate_proj(projection(w / "mlp" / "gate_proj", c.width, c.mlp_width, c.mlp_bias)),
          up_proj(projection(w / "mlp" / "up_proj", c.width, c.mlp_width, c.mlp_bias)),
          down_proj(projection(w / "mlp" / "down_proj", c.mlp_width, c.width, c.mlp_bias)) {}

    void operator()(State& state) const {
        const at::Tensor x = beside(state.hidden, input_layernorm.weight);
        const at::Tensor attended = x + self_attn(state, input_layernorm(x));
        const at::Tensor h = post_attention_layernorm(attended);
        state.hidden =
            attended + down_proj(gated_ ? swiglu(gate_proj(h), up_proj(h)) : act_(gate_proj(h)) * up_proj(h));
    }

private:
    RowActivation act_;
    bool gated_;  ///< by SiLU, for which there is a kernel
    RMSNorm input_layernorm, post_attention_layernorm;
    Attention self_attn;
    Projection gate_proj, up_proj, down_proj;
};

}  // namespace

std::vector<LayerPlan> llama_layers(const LlamaConfig& config, const Weights& weights, const DecoderHead& head) {
    const Weights root = weights / "model";
    std::vector<LayerPlan> plans = {{"model.embed_tokens", [=] {
                                         return token_embedding(root / "embed_tokens", config.vocabulary, config.width);
                                     }}};
    for (int64_t i = 0; i < config.layers; ++i) {
        const std::string name = "model.layers." + std::to_string(i);
        plans.push_back({name, [=]() -> Layer::Function { return Block(config, i, root / "layers" / i, name); }});
    }
    plans.push_back({"model.norm", [=]() -> Layer::Function {
                         return [norm = RMSNorm(root / "norm", config.width, config.eps)](State& state) {
                             state.hidden = norm(wanted_token(state));
                         };
                     }});
    plans.push_back({head.name, [=] { return language_head(weights / head.name, config.width, head.outputs); }});
    return plans;
}

}  // namespace fanlight
