#include "core/models/gpt2.h"

#include <ATen/ATen.h>

#include "core/layers/cached_attention.h"
#include "core/layers/layers.h"

namespace fanlight {

namespace {

/// A linear layer whose weight is stored transposed, [in, out], as transformers' Conv1D.
Projection conv1d(const Weights& w, int64_t in, int64_t out) {
    return {w, {w.take_as_stored("weight", {in, out}).t(), w.take("bias", {out})}};
}

class GPT2Block {
public:
    GPT2Block(const GPT2Config& c, int64_t layer, const Weights& w, std::string name)
        : name_(std::move(name)),
          attention_{.heads = c.heads, .kv_heads = c.heads, .head_dim = c.head_dim(), .scale = c.scale(layer)},
          act_(c.activation),
          ln_1(w / "ln_1", c.width, c.eps),
          ln_2(w / "ln_2", c.width, c.eps),
          c_attn(conv1d(w / "attn" / "c_attn", c.width, 3 * c.width)),
          c_proj(conv1d(w / "attn" / "c_proj", c.width, c.width)),
          c_fc(conv1d(w / "mlp" / "c_fc", c.width, c.mlp_width)),
          mlp_c_proj(conv1d(w / "mlp" / "c_proj", c.mlp_width, c.width)) {}

    void operator()(State& state) const {
        const at::Tensor x = beside(state.hidden, ln_1.weight);
        const auto qkv = c_attn(ln_1(x)).chunk(3, -1);
        const at::Tensor attended = x + c_proj(attend_cached(state, name_, qkv[0], qkv[1], qkv[2], attention_));
        state.hidden = attended + mlp_c_proj(act_(c_fc(ln_2(attended))));
    }

private:
    std::string name_;
    CachedAttentionOptions attention_;
    RowActivation act_;
    LayerNorm ln_1, ln_2;
    Projection c_attn, c_proj, c_fc, mlp_c_proj;
};

/// Adds the embeddings of the positions.
Layer::Function position_embedding(const Weights& w, const GPT2Config& c) {
    return [wpe = Embedding(w, c.context, c.width)](State& state) {
        const at::Tensor x = beside(state.hidden, wpe.weight);
        state.hidden = x + wpe(state.text->positions(x.device()));
    };
}

}  // namespace

std::vector<LayerPlan> gpt2_layers(const GPT2Config& config, const Weights& weights, const DecoderHead& head) {
    const Weights root = weights / "transformer";
    std::vector<LayerPlan> plans = {
        {"transformer.wte", [=] { return token_embedding(root / "wte", config.vocabulary, config.width); }},
        {"transformer.wpe", [=] { return position_embedding(root / "wpe", config); }}};
    for (int64_t i = 0; i < config.layers; ++i) {
        const std::string name = "transformer.h." + std::to_string(i);
        plans.push_back({name, [=]() -> Layer::Function { return GPT2Block(config, i, root / "h" / i, name); }});
    }
    plans.push_back({"transformer.ln_f", [=]() -> Layer::Function {
                         return [norm = LayerNorm(root / "ln_f", config.width, config.eps)](State& state) {
                             state.hidden = norm(wanted_token(state));
                         };
                     }});
    plans.push_back({head.name, [=] { return language_head(weights / head.name, config.width, head); }});
    return plans;
}

}  // namespace fanlight
