#include "core/models/t5.h"

#include <ATen/ATen.h>

#include <cmath>

#include "core/layers/cached_attention.h"
#include "core/layers/layers.h"
#include "core/layers/relative_bias.h"
#include "core/models/language_layers.h"

namespace fanlight {

namespace {

Projection t5_projection(const Weights& w, int64_t in, int64_t out) {
    return {w, linear_as_stored(w, in, out, /*has_bias=*/false)};
}

/// A sum with a layer that computes in float32 is float32 as well, also in a model of float16: see FeedForward.
at::Tensor normed(const RMSNorm& norm, const at::Tensor& x) { return norm(x).to(norm.weight.scalar_type()); }

struct T5Attention {
    T5Attention(const T5Config& c, const Weights& w)
        : q(t5_projection(w / "q", c.width, c.inner_width())),
          k(t5_projection(w / "k", c.width, c.inner_width())),
          v(t5_projection(w / "v", c.width, c.inner_width())),
          o(t5_projection(w / "o", c.inner_width(), c.width)) {}

    Projection q, k, v, o;
};

class FeedForward {
public:
    FeedForward(const T5Config& c, const Weights& w)
        : act_(c.activation),
          layer_norm(w / "layer_norm", c.width, c.eps),
          wi(t5_projection(w / "DenseReluDense" / (c.gated ? "wi_0" : "wi"), c.width, c.mlp_width)),
          wo(w / "DenseReluDense" / "wo", output(c, w / "DenseReluDense" / "wo")) {
        if (c.gated) wi_1.emplace(t5_projection(w / "DenseReluDense" / "wi_1", c.width, c.mlp_width));
    }

    at::Tensor operator()(const at::Tensor& x) const {
        const at::Tensor h = normed(layer_norm, x), inner = act_(wi(h));
        return x + wo((wi_1 ? inner * (*wi_1)(h) : inner).to(wo_dtype_));
    }

private:
    /// In float16, what this layer makes would be out of range: transformers, too, computes it in float32.
    Linear output(const T5Config& c, const Weights& w) {
        Linear made = linear_as_stored(w, c.mlp_width, c.width, /*has_bias=*/false);
        if (w.placement().dtype == at::kHalf) made.weight = made.weight.to(at::kFloat);
        wo_dtype_ = w.placement().dtype == at::kHalf ? at::kFloat : w.placement().dtype;
        return made;
    }

    at::ScalarType wo_dtype_ = at::kFloat;
    RowActivation act_;
    RMSNorm layer_norm;
    Projection wi, wo;
    std::optional<Projection> wi_1;
};

/// The biases of distances, which the first layer's checkpoint holds for all. On the CPU, where masks are made.
class Biases {
public:
    Biases(const T5Config& c, const Weights& stack) : buckets_{c.buckets, c.max_distance} {
        const Weights first = stack / "block" / 0 / "layer" / 0 / "SelfAttention" / "relative_attention_bias";
        weight_ = first.take("weight", {c.buckets, c.heads}).cpu();
    }

    /// [heads, 2 L - 1] of the distances in a text of so many tokens.
    at::Tensor around(int64_t tokens) const { return of(buckets_.around(tokens - 1)); }

    /// [heads, max_distance + 1]; what is farther away has the first one.
    at::Tensor before() const { return of(buckets_.before(buckets_.max_distance)).to(at::kFloat); }

private:
    at::Tensor of(const at::Tensor& buckets) const { return at::embedding(weight_, buckets).t().contiguous(); }

    DistanceBuckets buckets_;
    at::Tensor weight_;
};

/// [L] bool on the device; undefined if there is no padding.
at::Tensor seen_tokens(const TextStep& step, at::Device device) {
    return step.seen.defined() ? step.once("seen", device, [&] { return step.seen; }) : at::Tensor();
}

class EncoderBlock {
public:
    EncoderBlock(const T5Config& c, const Weights& stack, const Weights& w)
        : layer_norm(w / 0 / "layer_norm", c.width, c.eps),
          attention(c, w / 0 / "SelfAttention"),
          biases(c, stack),
          feed_forward(c, w / 1) {}

    void operator()(State& state) const {
        if (!state.text->encodes) return;
        const at::Tensor x = beside(state.hidden, layer_norm.weight), h = normed(layer_norm, x);
        const at::Tensor& bias =
            state.text->once("biases around", x.device(), [&] { return biases.around(x.size(1)); });
        const at::Tensor seen = seen_tokens(*state.text, x.device());
        state.hidden =
            feed_forward(x + attention.o(attend_around(attention.q(h), attention.k(h), attention.v(h), bias, seen)));
    }

private:
    RMSNorm layer_norm;
    T5Attention attention;
    Biases biases;
    FeedForward feed_forward;
};

class DecoderBlock {
public:
    DecoderBlock(const T5Config& c, const Weights& stack, const Weights& w, std::string name)
        : name_(std::move(name)),
          options_{.heads = c.heads, .kv_heads = c.heads, .head_dim = c.head_dim, .scale = 1},
          layer_norm(w / 0 / "layer_norm", c.width, c.eps),
          cross_norm(w / 1 / "layer_norm", c.width, c.eps),
          attention(c, w / 0 / "SelfAttention"),
          cross_attention(c, w / 1 / "EncDecAttention"),
          feed_forward(c, w / 2) {
        options_.by_distance = Biases(c, stack).before();
    }

    void operator()(State& state) const {
        const at::Tensor x = beside(state.hidden, layer_norm.weight);
        if (state.text->encodes)
            return keep_source(state, name_, cross_attention.k(x), cross_attention.v(x), options_.heads);
        const at::Tensor h = normed(layer_norm, x);
        const at::Tensor y =
            x + attention.o(attend_cached(state, name_, attention.q(h), attention.k(h), attention.v(h), options_));
        const at::Tensor q = cross_attention.q(normed(cross_norm, y));
        state.hidden = feed_forward(y + cross_attention.o(attend_source(state, name_, q, options_)));
    }

private:
    std::string name_;
    CachedAttentionOptions options_;
    RMSNorm layer_norm, cross_norm;
    T5Attention attention, cross_attention;
    FeedForward feed_forward;
};

Layer::Function encoder_only(Layer::Function layer) {
    return [layer = std::move(layer)](State& state) {
        if (state.text->encodes) layer(state);
    };
}

Layer::Function decoder_only(Layer::Function layer) {
    return [layer = std::move(layer)](State& state) {
        if (!state.text->encodes) layer(state);
    };
}

Layer::Function final_norm(const Weights& w, const T5Config& c, double scale) {
    return [norm = RMSNorm(w, c.width, c.eps), scale](State& state) {
        const at::Tensor x = normed(norm, beside(state.hidden, norm.weight));
        state.hidden = scale == 1 ? x : x * scale;
    };
}

}  // namespace

std::vector<LayerPlan> t5_layers(const T5Config& c, const Weights& weights, VocabularyPlace place) {
    const Weights encoder = weights / "encoder", decoder = weights / "decoder";
    const double scale = c.scaled_output ? 1 / std::sqrt(static_cast<double>(c.width)) : 1;
    const auto embedding = [=](const Weights& w) { return token_embedding(w, c.vocabulary, c.width, 1, place); };
    std::vector<LayerPlan> plans = {{"shared", [=] { return encoder_only(embedding(weights / "shared")); }}};
    for (int64_t i = 0; i < c.layers; ++i)
        plans.push_back({"encoder.block." + std::to_string(i), [=]() -> Layer::Function {
                             return EncoderBlock(c, encoder, encoder / "block" / i / "layer");
                         }});
    plans.push_back(
        {"encoder.final_layer_norm", [=] { return encoder_only(final_norm(encoder / "final_layer_norm", c, 1)); }});
    plans.push_back({"decoder.embed_tokens", [=] { return decoder_only(embedding(decoder / "embed_tokens")); }});
    for (int64_t i = 0; i < c.decoder_layers; ++i) {
        const std::string name = "decoder.block." + std::to_string(i);
        plans.push_back({name, [=]() -> Layer::Function {
                             return DecoderBlock(c, decoder, decoder / "block" / i / "layer", name);
                         }});
    }
    plans.push_back(
        {"decoder.final_layer_norm", [=] { return decoder_only(final_norm(decoder / "final_layer_norm", c, scale)); }});
    plans.push_back({"lm_head", [=] {
                         return decoder_only(
                             language_head(weights / "lm_head", c.width, {.name = "lm_head", .outputs = c.vocabulary}));
                     }});
    return plans;
}

}  // namespace fanlight
