#include "core/models/bert.h"

#include <ATen/ATen.h>

#include "core/layers/layers.h"

namespace fanlight {

namespace {

const std::string token_types = "token_types";

/// Words, positions and types, each embedded.
class Embeddings {
public:
    Embeddings(const BertConfig& c, const Weights& w)
        : words(w / "word_embeddings", c.vocabulary, c.width),
          positions(w / "position_embeddings", c.context, c.width),
          types(w / "token_type_embeddings", c.types, c.width),
          norm(w / "LayerNorm", c.width, c.eps) {}

    void operator()(State& state) const {
        const at::Tensor ids = beside(state.hidden, words.weight),
                         of_type = beside(state.named.take(token_types), types.weight);
        const at::Tensor places = positions(state.text->positions(positions.weight.device()));
        state.hidden = norm(words(ids) + types(of_type) + beside(places, words.weight));
    }

private:
    Embedding words, positions, types;
    LayerNorm norm;
};

/// Post-norm: what is added to the input is normed with it.
class Block {
public:
    Block(const BertConfig& c, const Weights& w)
        : heads_(c.heads),
          act_(activation(c.activation)),
          query(linear(w / "attention" / "self" / "query", c.width, c.width)),
          key(linear(w / "attention" / "self" / "key", c.width, c.width)),
          value(linear(w / "attention" / "self" / "value", c.width, c.width)),
          attention_output(linear(w / "attention" / "output" / "dense", c.width, c.width)),
          intermediate(linear(w / "intermediate" / "dense", c.width, c.mlp_width)),
          output(linear(w / "output" / "dense", c.mlp_width, c.width)),
          attention_norm(w / "attention" / "output" / "LayerNorm", c.width, c.eps),
          output_norm(w / "output" / "LayerNorm", c.width, c.eps) {}

    void operator()(State& state) const {
        const at::Tensor x = beside(state.hidden, query.weight);
        const at::Tensor attended = attention_norm(x + attention_output(attend(query(x), key(x), value(x), heads_)));
        state.hidden = output_norm(attended + output(act_(intermediate(attended))));
    }

private:
    int64_t heads_;
    Activation act_;
    Linear query, key, value, attention_output, intermediate, output;
    LayerNorm attention_norm, output_norm;
};

std::vector<LayerPlan> encoder_layers(const BertConfig& config, const Weights& weights) {
    const Weights root = weights / "bert";
    std::vector<LayerPlan> plans = {
        {"bert.embeddings", [=]() -> Layer::Function { return Embeddings(config, root / "embeddings"); }}};
    for (int64_t i = 0; i < config.layers; ++i)
        plans.push_back({"bert.encoder.layer." + std::to_string(i),
                         [=]() -> Layer::Function { return Block(config, root / "encoder" / "layer" / i); }});
    return plans;
}

/// The first token stands for the text.
Layer::Function pooler(const Weights& w, int64_t width) {
    return [dense = linear(w / "dense", width, width)](State& state) {
        state.hidden = dense(beside(state.hidden, dense.weight).narrow(1, 0, 1)).tanh();
    };
}

Layer::Function classifier(const Weights& w, int64_t width, int64_t labels) {
    return
        [dense = linear(w, width, labels)](State& state) { state.hidden = dense(beside(state.hidden, dense.weight)); };
}

/// Only the tokens that are wanted get logits: a vocabulary of them each.
Layer::Function masked_head(const BertConfig& c, const Weights& w) {
    const Weights transform = w / "transform";
    return [act = activation(c.activation), dense = linear(transform / "dense", c.width, c.width),
            norm = LayerNorm(transform / "LayerNorm", c.width, c.eps),
            decoder = Linear{(w / "decoder").take("weight", {c.vocabulary, c.width}), w.take("bias", {c.vocabulary})}](
               State& state) {
        const at::Tensor x = beside(state.hidden, dense.weight);
        const at::Tensor& wanted =
            state.text->once("wanted", x.device(), [&] { return at::tensor(state.text->all_wanted, at::kLong); });
        state.hidden = decoder(norm(act(dense(x.index_select(1, wanted)))));
    };
}

}  // namespace

std::vector<LayerPlan> bert_classifier_layers(const BertConfig& config, const Weights& weights, int64_t labels) {
    std::vector<LayerPlan> plans = encoder_layers(config, weights);
    plans.push_back({"bert.pooler", [=] { return pooler(weights / "bert" / "pooler", config.width); }});
    plans.push_back({"classifier", [=] { return classifier(weights / "classifier", config.width, labels); }});
    return plans;
}

std::vector<LayerPlan> bert_masked_layers(const BertConfig& config, const Weights& weights) {
    std::vector<LayerPlan> plans = encoder_layers(config, weights);
    plans.push_back({"cls", [=] { return masked_head(config, weights / "cls" / "predictions"); }});
    return plans;
}

}  // namespace fanlight
