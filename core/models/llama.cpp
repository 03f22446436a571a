#include "core/models/llama.h"

#include <ATen/ATen.h>

#include <cmath>

#include "core/layers/fused_transformer.h"
#include "core/layers/layers.h"
#include "core/models/rotary_attention.h"

namespace fanlight {

namespace {

struct Part {
    const char* name;
    int64_t outputs;
};

/// Projections of the same numbers. In some checkpoints they are one matrix, `fused`, whose rows are those of one after
/// the other.
std::vector<Projection> projections(const Weights& w, const char* fused, const std::vector<Part>& parts, int64_t in,
                                    bool has_bias) {
    std::vector<Projection> own;
    if (fused == nullptr) {
        for (const Part& part : parts) own.push_back(projection(w / part.name, in, part.outputs, has_bias));
        return own;
    }
    int64_t outputs = 0;
    for (const Part& part : parts) outputs += part.outputs;
    const auto [weight, bias] = has_bias ? linear(w / fused, in, outputs) : linear_no_bias(w / fused, in, outputs);
    int64_t first = 0;
    for (const Part& part : parts) {
        const auto rows = [&](const at::Tensor& t) { return t.defined() ? t.narrow(0, first, part.outputs) : t; };
        own.emplace_back(w / fused, Linear{rows(weight), rows(bias)});
        first += part.outputs;
    }
    return own;
}

RMSNorm norm(const LlamaConfig& c, const Weights& w, int64_t width) {
    return RMSNorm(w, width, c.eps, c.kind.norm_offset);
}

RotaryAttention llama_attention(const LlamaConfig& c, const LlamaConfig::Layer& layer, const Weights& w,
                                std::string name) {
    const int64_t wide = c.heads * c.head_dim, narrow = c.kv_heads * c.head_dim;
    const auto inputs = projections(w, c.kind.fused ? "qkv_proj" : nullptr,
                                    {{"q_proj", wide}, {"k_proj", narrow}, {"v_proj", narrow}}, c.width, c.qkv_bias);
    RotaryAttention attention{.name = std::move(name),
                              .options = {.heads = c.heads,
                                          .kv_heads = c.kv_heads,
                                          .head_dim = c.head_dim,
                                          .scale = c.score_scale,
                                          .cap = c.score_cap,
                                          .window = layer.window},
                              .rope = {},
                              .q_proj = inputs[0],
                              .k_proj = inputs[1],
                              .v_proj = inputs[2],
                              .o_proj = projection(w / "o_proj", wide, c.width, c.output_bias)};
    if (const RopeConfig* rope = c.rope_of(layer)) attention.rope.emplace(*rope);
    if (!c.kind.normed_heads) return attention;
    attention.q_norm = norm(c, w / "q_norm", c.head_dim);
    attention.k_norm = norm(c, w / "k_norm", c.head_dim);
    return attention;
}

/// With gated linear units (Shazeer 2020).
class MLP {
public:
    MLP(const LlamaConfig& c, const Weights& w)
        : act_(c.activation),
          gated_(c.activation == "silu"),
          gate_and_up_(projections(w, c.kind.fused ? "gate_up_proj" : nullptr,
                                   {{"gate_proj", c.mlp_width}, {"up_proj", c.mlp_width}}, c.width, c.mlp_bias)),
          down_proj(projection(w / "down_proj", c.mlp_width, c.width, c.mlp_bias)) {}

    at::Tensor operator()(const at::Tensor& x) const {
        const at::Tensor gate = gate_and_up_[0](x), up = gate_and_up_[1](x);
        return down_proj(gated_ ? swiglu(gate, up) : act_(gate) * up);
    }

private:
    RowActivation act_;
    bool gated_;  ///< by SiLU, for which there is a kernel
    std::vector<Projection> gate_and_up_;
    Projection down_proj;
};

class LlamaLayer {
public:
    LlamaLayer(const LlamaConfig& c, int64_t layer, const Weights& w, const std::string& name)
        : input_layernorm(norm(c, w / "input_layernorm", c.width)),
          post_attention_layernorm(norm(c, w / "post_attention_layernorm", c.width)),
          self_attn(llama_attention(c, c.of_layer[static_cast<size_t>(layer)], w / "self_attn", name)),
          mlp(c, w / "mlp") {}

    void operator()(State& state) const {
        const at::Tensor x = beside(state.hidden, input_layernorm.weight);
        const at::Tensor attended = x + self_attn(state, input_layernorm(x));
        state.hidden = attended + mlp(post_attention_layernorm(attended));
    }

private:
    RMSNorm input_layernorm, post_attention_layernorm;
    RotaryAttention self_attn;
    MLP mlp;
};

/// Gemma's, whose attention and MLP have a norm before and another one behind them.
class NormedBlock {
public:
    NormedBlock(const LlamaConfig& c, int64_t layer, const Weights& w, const std::string& name)
        : input_layernorm(norm(c, w / "input_layernorm", c.width)),
          post_attention_layernorm(norm(c, w / "post_attention_layernorm", c.width)),
          pre_feedforward_layernorm(norm(c, w / "pre_feedforward_layernorm", c.width)),
          post_feedforward_layernorm(norm(c, w / "post_feedforward_layernorm", c.width)),
          self_attn(llama_attention(c, c.of_layer[static_cast<size_t>(layer)], w / "self_attn", name)),
          mlp(c, w / "mlp") {}

    void operator()(State& state) const {
        const at::Tensor x = beside(state.hidden, input_layernorm.weight);
        const at::Tensor attended = x + post_attention_layernorm(self_attn(state, input_layernorm(x)));
        state.hidden = attended + post_feedforward_layernorm(mlp(pre_feedforward_layernorm(attended)));
    }

private:
    RMSNorm input_layernorm, post_attention_layernorm, pre_feedforward_layernorm, post_feedforward_layernorm;
    RotaryAttention self_attn;
    MLP mlp;
};

}  // namespace

std::vector<LayerPlan> llama_layers(const LlamaConfig& config, const Weights& weights, const DecoderHead& head,
                                    VocabularyPlace place) {
    const Weights root = weights / "model";
    const double scale = config.kind.scaled_embeddings ? std::sqrt(static_cast<double>(config.width)) : 1;
    std::vector<LayerPlan> plans = {
        {"model.embed_tokens",
         [=] { return token_embedding(root / "embed_tokens", config.vocabulary, config.width, scale, place); }}};
    for (int64_t i = 0; i < config.layers; ++i) {
        const std::string name = "model.layers." + std::to_string(i);
        plans.push_back({name, [=]() -> Layer::Function {
                             if (config.kind.normed_outputs) return NormedBlock(config, i, root / "layers" / i, name);
                             return LlamaLayer(config, i, root / "layers" / i, name);
                         }});
    }
    plans.push_back({"model.norm", [=]() -> Layer::Function {
                         return [last = norm(config, root / "norm", config.width)](State& state) {
                             state.hidden = last(wanted_token(state));
                         };
                     }});
    plans.push_back({head.name, [=] { return language_head(weights / head.name, config.width, head); }});
    return plans;
}

}  // namespace fanlight
