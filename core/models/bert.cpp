#include "core/models/bert.h"

#include <ATen/ATen.h>

#include "core/layers/layers.h"

namespace fanlight {

namespace {

using Types = BertKind::Types;

const std::string token_types = "token_types";

/// RoBERTa's: the others are counted from the pad token's number (Liu et al. 2019, in fairseq), wherever pad tokens
/// are.
at::Tensor positions_from(const at::Tensor& ids, int64_t pad) {
    const at::Tensor counted = ids.ne(pad).to(at::kLong);
    return counted.cumsum(1) * counted + pad;
}

/// Words, positions and types, each embedded.
class Embeddings {
public:
    Embeddings(const BertConfig& c, const Weights& w)
        : pad_(c.pad),
          words(w / "word_embeddings", c.vocabulary, c.width),
          positions(w / "position_embeddings", c.positions, c.width),
          norm(w / "LayerNorm", c.width, c.eps) {
        if (c.kind.types == Types::None) return;
        types.emplace(w / "token_type_embeddings", c.types, c.width);
        if (c.kind.types == Types::AlwaysFirst) types->weight = types->weight.narrow(0, 0, 1);
    }

    void operator()(State& state) const {
        const at::Tensor ids = beside(state.hidden, words.weight);
        const at::Tensor of_texts = state.named.take(token_types);
        at::Tensor sum = words(ids);
        if (types) sum = sum + beside(typed(of_texts), sum);
        state.hidden = norm(sum + beside(positions(places(ids, *state.text)), sum));
    }

private:
    at::Tensor places(const at::Tensor& ids, const TextStep& step) const {
        const at::Device device = positions.weight.device();
        return pad_ ? positions_from(ids, *pad_).to(device) : step.positions(device);
    }

    /// A single row is that of all tokens.
    at::Tensor typed(const at::Tensor& of_texts) const {
        const at::Tensor& rows = types->weight;
        return rows.size(0) == 1 ? rows : (*types)(beside(of_texts, rows));
    }

    std::optional<int64_t> pad_;
    Embedding words, positions;
    std::optional<Embedding> types;
    LayerNorm norm;
};

Projection bert_projection(const Weights& w, int64_t in, int64_t out) {
    return {w, linear_as_stored(w, in, out, /*has_bias=*/true)};
}

/// Post-norm: what is added to the input is normed with it.
class BertLayer {
public:
    BertLayer(const BertConfig& c, const Weights& w)
        : heads_(c.heads),
          act_(activation(c.activation)),
          query(bert_projection(w / c.kind.block.query, c.width, c.width)),
          key(bert_projection(w / c.kind.block.key, c.width, c.width)),
          value(bert_projection(w / c.kind.block.value, c.width, c.width)),
          attention_output(bert_projection(w / c.kind.block.attention_output, c.width, c.width)),
          intermediate(bert_projection(w / c.kind.block.intermediate, c.width, c.mlp_width)),
          output(bert_projection(w / c.kind.block.output, c.mlp_width, c.width)),
          attention_norm(w / c.kind.block.attention_norm, c.width, c.eps),
          output_norm(w / c.kind.block.output_norm, c.width, c.eps) {}

    void operator()(State& state) const {
        const at::Tensor x = state.hidden, q = query(x);
        const at::Tensor attended = attention_output(attend(q, beside(key(x), q), beside(value(x), q), heads_));
        const at::Tensor h = attention_norm(beside(x, attended) + attended), added = output(act_(intermediate(h)));
        state.hidden = output_norm(beside(h, added) + added);
    }

private:
    int64_t heads_;
    Activation act_;
    Projection query, key, value, attention_output, intermediate, output;
    LayerNorm attention_norm, output_norm;
};

std::vector<LayerPlan> encoder_layers(const BertConfig& config, const Weights& weights) {
    const Weights root = weights / config.kind.root;
    const std::string name = std::string(config.kind.root) + ".";
    std::vector<LayerPlan> plans = {
        {name + "embeddings", [=]() -> Layer::Function { return Embeddings(config, root / "embeddings"); }}};
    for (int64_t i = 0; i < config.layers; ++i)
        plans.push_back({name + config.kind.blocks + "." + std::to_string(i),
                         [=]() -> Layer::Function { return BertLayer(config, root / config.kind.blocks / i); }});
    return plans;
}

Layer::Function linear_layer(const Projection& projection) {
    return [projection](State& state) { state.hidden = projection(state.hidden); };
}

/// The first token stands for the text.
Layer::Function of_first_token(const Projection& dense, Activation act) {
    return [dense, act](State& state) { state.hidden = act(dense(state.hidden.narrow(1, 0, 1))); };
}

/// Only the tokens that are wanted get logits: a vocabulary of them each.
Layer::Function of_wanted_tokens(const Projection& dense, Activation act) {
    return [dense, act](State& state) {
        const at::Tensor& x = state.hidden;
        const at::Tensor& wanted =
            state.text->once("wanted", x.device(), [&] { return at::tensor(state.text->all_wanted, at::kLong); });
        state.hidden = act(dense(x.index_select(1, wanted)));
    };
}

/// A decoder that is not tied has a bias of its own; in files that hold none, older versions have tied the biases.
std::string decoder_bias(const BertConfig& config, const Weights& weights) {
    const std::string own = std::string(config.kind.masked.decoder) + ".bias";
    return !config.tied && weights.has(own) ? own : config.kind.masked.bias;
}

LayerPlan as_one_layer(const char* name, const std::vector<LayerPlan>& plans) {
    return {name, [=]() -> Layer::Function {
                std::vector<Layer::Function> parts;
                for (const LayerPlan& plan : plans) parts.push_back(plan.make());
                return [parts = std::move(parts)](State& state) {
                    for (const Layer::Function& part : parts) part(state);
                };
            }};
}

}  // namespace

std::vector<LayerPlan> bert_classifier_layers(const BertConfig& config, const Weights& weights, int64_t labels) {
    const BertKind::Classifier& names = config.kind.classifier;
    const int64_t width = config.width;
    std::vector<LayerPlan> plans = encoder_layers(config, weights);
    plans.push_back({names.dense, [=] {
                         return of_first_token(bert_projection(weights / names.dense, width, width),
                                               activation(names.activation));
                     }});
    plans.push_back(
        {names.labels, [=] { return linear_layer(bert_projection(weights / names.labels, width, labels)); }});
    return plans;
}

std::vector<LayerPlan> bert_masked_layers(const BertConfig& config, const Weights& weights) {
    const BertKind::Masked& names = config.kind.masked;
    const std::string act = names.activation ? names.activation : config.activation;
    const std::vector<LayerPlan> head = {
        {names.dense,
         [=] {
             return of_wanted_tokens(bert_projection(weights / names.dense, config.width, config.width),
                                     activation(act));
         }},
        {names.norm,
         [=]() -> Layer::Function {
             return [norm = LayerNorm(weights / names.norm, config.width, config.eps)](State& state) {
                 state.hidden = norm(state.hidden);
             };
         }},
        {names.decoder, [=] {
             const Weights decoder = weights / names.decoder;
             return linear_layer({decoder,
                                  {decoder.take_as_stored("weight", {config.vocabulary, config.width}),
                                   weights.take(decoder_bias(config, weights), {config.vocabulary})}});
         }}};
    std::vector<LayerPlan> plans = encoder_layers(config, weights);
    if (names.layer)
        plans.push_back(as_one_layer(names.layer, head));
    else
        plans.insert(plans.end(), head.begin(), head.end());
    return plans;
}

}  // namespace fanlight
