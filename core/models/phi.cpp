#include "core/models/phi.h"

#include <ATen/ATen.h>

#include <cmath>

#include "core/models/language_layers.h"
#include "core/models/rotary_attention.h"

namespace fanlight {

namespace {

Projection biased(const Weights& w, int64_t in, int64_t out) {
    return {w, linear_as_stored(w, in, out, /*has_bias=*/true)};
}

RotaryAttention phi_attention(const PhiConfig& c, const Weights& w, std::string name) {
    const int64_t wide = c.heads * c.head_dim, narrow = c.kv_heads * c.head_dim;
    RotaryAttention attention{.name = std::move(name),
                              .options = {.heads = c.heads,
                                          .kv_heads = c.kv_heads,
                                          .head_dim = c.head_dim,
                                          .scale = 1 / std::sqrt(static_cast<double>(c.head_dim))},
                              .rope = Rope(c.rope),
                              .q_proj = biased(w / "q_proj", c.width, wide),
                              .k_proj = biased(w / "k_proj", c.width, narrow),
                              .v_proj = biased(w / "v_proj", c.width, narrow),
                              .o_proj = biased(w / "dense", wide, c.width)};
    if (!c.normed_heads) return attention;
    attention.q_norm = LayerNorm(w / "q_layernorm", c.head_dim, c.eps);
    attention.k_norm = LayerNorm(w / "k_layernorm", c.head_dim, c.eps);
    return attention;
}

/// Attention and MLP side by side, behind one norm (Wang and Komatsuzaki 2021).
class PhiLayer {
public:
    PhiLayer(const PhiConfig& c, const Weights& w, const std::string& name)
        : act_(c.activation),
          input_layernorm(w / "input_layernorm", c.width, c.eps),
          self_attn(phi_attention(c, w / "self_attn", name)),
          fc1(biased(w / "mlp" / "fc1", c.width, c.mlp_width)),
          fc2(biased(w / "mlp" / "fc2", c.mlp_width, c.width)) {}

    void operator()(State& state) const {
        const at::Tensor x = beside(state.hidden, input_layernorm.weight), h = input_layernorm(x);
        state.hidden = self_attn(state, h) + fc2(act_(fc1(h))) + x;
    }

private:
    RowActivation act_;
    LayerNorm input_layernorm;
    RotaryAttention self_attn;
    Projection fc1, fc2;
};

}  // namespace

std::vector<LayerPlan> phi_layers(const PhiConfig& config, const Weights& weights) {
    const Weights root = weights / "model";
    std::vector<LayerPlan> plans = {{"model.embed_tokens", [=] {
                                         return token_embedding(root / "embed_tokens", config.vocabulary, config.width);
                                     }}};
    for (int64_t i = 0; i < config.layers; ++i) {
        const std::string name = "model.layers." + std::to_string(i);
        plans.push_back({name, [=]() -> Layer::Function { return PhiLayer(config, root / "layers" / i, name); }});
    }
    plans.push_back({"model.final_layernorm", [=]() -> Layer::Function {
                         return [norm = LayerNorm(root / "final_layernorm", config.width, config.eps)](State& state) {
                             state.hidden = norm(wanted_token(state));
                         };
                     }});
    const DecoderHead head{.name = "lm_head", .outputs = config.vocabulary, .has_bias = true};
    plans.push_back({head.name, [=] { return language_head(weights / head.name, config.width, head); }});
    return plans;
}

}  // namespace fanlight
