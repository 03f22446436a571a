#include "core/families/parts/bert_config.h"

#include "core/base/config_numbers.h"
#include "core/base/text.h"
#include "core/families/parts/activation_name.h"

namespace fanlight {

namespace {

using Types = BertKind::Types;

constexpr int64_t max_types = 1000;

constexpr BertKind::Options usual_options = {.width = "hidden_size",
                                             .layers = "num_hidden_layers",
                                             .heads = "num_attention_heads",
                                             .mlp_width = "intermediate_size",
                                             .activation = "hidden_act",
                                             .eps = "layer_norm_eps"};
constexpr BertKind::Block usual_block = {.query = "attention.self.query",
                                         .key = "attention.self.key",
                                         .value = "attention.self.value",
                                         .attention_output = "attention.output.dense",
                                         .attention_norm = "attention.output.LayerNorm",
                                         .intermediate = "intermediate.dense",
                                         .output = "output.dense",
                                         .output_norm = "output.LayerNorm"};

constexpr BertKind bert_kind = {.prefix = "Bert",
                                .root = "bert",
                                .blocks = "encoder.layer",
                                .options = usual_options,
                                .block = usual_block,
                                .classifier = {"bert.pooler.dense", "tanh", "classifier"},
                                .masked = {.layer = "cls",
                                           .dense = "cls.predictions.transform.dense",
                                           .norm = "cls.predictions.transform.LayerNorm",
                                           .decoder = "cls.predictions.decoder",
                                           .bias = "cls.predictions.bias"}};

constexpr BertKind roberta_kind(const char* prefix, int64_t vocabulary, bool head_first) {
    return {.prefix = prefix,
            .root = "roberta",
            .blocks = "encoder.layer",
            .options = usual_options,
            .block = usual_block,
            .classifier = {"classifier.dense", "tanh", "classifier.out_proj"},
            .masked = {.layer = "lm_head",
                       .dense = "lm_head.dense",
                       .norm = "lm_head.layer_norm",
                       .decoder = "lm_head.decoder",
                       .bias = "lm_head.bias",
                       .activation = "gelu"},
            .types = Types::AlwaysFirst,
            .counts_from_pad = true,
            .head_first = head_first,
            .vocabulary = vocabulary};
}

constexpr BertKind distilbert_kind = {.prefix = "DistilBert",
                                      .root = "distilbert",
                                      .blocks = "transformer.layer",
                                      .options = {.width = "dim",
                                                  .layers = "n_layers",
                                                  .heads = "n_heads",
                                                  .mlp_width = "hidden_dim",
                                                  .activation = "activation"},
                                      .block = {.query = "attention.q_lin",
                                                .key = "attention.k_lin",
                                                .value = "attention.v_lin",
                                                .attention_output = "attention.out_lin",
                                                .attention_norm = "sa_layer_norm",
                                                .intermediate = "ffn.lin1",
                                                .output = "ffn.lin2",
                                                .output_norm = "output_layer_norm"},
                                      .classifier = {"pre_classifier", "relu", "classifier"},
                                      .masked = {.dense = "vocab_transform",
                                                 .norm = "vocab_layer_norm",
                                                 .decoder = "vocab_projector",
                                                 .bias = "vocab_projector.bias"},
                                      .types = Types::None,
                                      .layers = 6};

const BertKind& bert_kind_of(const std::string& architecture, const Place& where) {
    std::vector<std::string> known;
    for (const BertKind& kind : bert_kinds())
        for (const std::string& name : {kind.classifier_class(), kind.masked_class()}) {
            if (name == architecture) return kind;
            known.push_back(name);
        }
    throw Error("%1: the architecture is not known; known: %2.", where, listed(known));
}

std::string architecture_of(const Json& config, const Place& where) {
    const auto names = required<std::vector<std::string>>(config, "architectures", where);
    return names.size() == 1 ? names.front() : "";
}

double eps_of(const Json& config, const BertKind& kind, const Place& where) {
    constexpr double usual = 1e-12;
    return kind.options.eps ? number_or(config, kind.options.eps, usual, 0, 1, where) : usual;
}

void refuse_other_networks(const Json& c, const Place& where) {
    const auto positions = optional_or<std::string>(c, "position_embedding_type", "absolute", where);
    if (positions != "absolute")
        throw Error("%1: position_embedding_type is %2, and only absolute is supported; choose another model.", where,
                    positions.substr(0, 40));
    if (optional_or<bool>(c, "is_decoder", false, where))
        throw Error(
            "%1: is_decoder is true, and models of this kind are supported as encoders only; choose another model.",
            where);
}

}  // namespace

const std::vector<BertKind>& bert_kinds() {
    static const std::vector<BertKind> kinds = {bert_kind, roberta_kind("Roberta", 50265, /*head_first=*/false),
                                                roberta_kind("XLMRoberta", 30522, /*head_first=*/true),
                                                roberta_kind("Camembert", 30522, /*head_first=*/true), distilbert_kind};
    return kinds;
}

BertConfig::BertConfig(const Json& c, const Place& where)
    : kind(bert_kind_of(architecture_of(c, where), where)),
      masked(architecture_of(c, where) == kind.masked_class()),
      vocabulary(whole_number_or(c, "vocab_size", kind.vocabulary, 1, max_vocabulary, where)),
      positions(whole_number_or(c, "max_position_embeddings", 512, 1, max_context, where)),
      context(positions),
      types(kind.types == Types::None ? 0 : whole_number_or(c, "type_vocab_size", 2, 1, max_types, where)),
      width(whole_number_or(c, kind.options.width, 768, 1, max_width, where)),
      layers(whole_number_or(c, kind.options.layers, kind.layers, 1, max_layers, where)),
      heads(whole_number_or(c, kind.options.heads, 12, 1, width, where)),
      mlp_width(whole_number_or(c, kind.options.mlp_width, 3072, 1, 4 * max_width, where)),
      eps(eps_of(c, kind, where)),
      activation(activation_name(c, kind.options.activation, "gelu", where)),
      tied(optional_or<bool>(c, "tie_word_embeddings", true, where)) {
    refuse_other_networks(c, where);
    if (width % heads != 0)
        throw Error("%1: %2 is %3 and cannot be divided into %4 heads (%5)", where, kind.options.width, width, heads,
                    kind.options.heads);
    if (!kind.counts_from_pad) return;
    pad = whole_number_or(c, "pad_token_id", 1, 0, max_vocabulary, where);
    context = positions - *pad - 1;
    if (context < 1)
        throw Error(
            "%1: max_position_embeddings is %2, and positions begin behind pad_token_id, which is %3; choose another "
            "model.",
            where, positions, *pad);
}

}  // namespace fanlight
