#include "core/families/bert/modules.h"
#include "core/families/parts/torch_modules.h"

namespace fanlight {

namespace {

using namespace torch_modules;

Module layer_norm(const char* name, const BertConfig& c, const std::string& dtype) {
    return norm(name, "LayerNorm", c.width, dtype);
}

Module embeddings(const BertConfig& c, const std::string& dtype) {
    return {.name = "embeddings",
            .class_name = "Embeddings",
            .buffers = {{"position_ids", {1, c.positions}, "int64", /*persistent=*/false}},
            .children = {embedding("word_embeddings", c.vocabulary, c.width, dtype),
                         embedding("position_embeddings", c.positions, c.width, dtype),
                         layer_norm("LayerNorm", c, dtype), plain("dropout", "Dropout")}};
}

Module attention(const BertConfig& c, const std::string& dtype) {
    Module attention = {.name = "attention", .class_name = "DistilBertSelfAttention"};
    for (const char* name : {"q_lin", "k_lin", "v_lin", "out_lin"})
        attention.children.push_back(linear(name, c.width, c.width, dtype));
    attention.children.push_back(plain("dropout", "Dropout"));
    return attention;
}

Module block(const BertConfig& c, const std::string& dtype) {
    return {
        .class_name = "TransformerBlock",
        .children = {attention(c, dtype),
                     layer_norm("sa_layer_norm", c, dtype),
                     {.name = "ffn",
                      .class_name = "FFN",
                      .children = {plain("dropout", "Dropout"), linear("lin1", c.width, c.mlp_width, dtype),
                                   linear("lin2", c.mlp_width, c.width, dtype), plain("activation", "GELUActivation")}},
                     layer_norm("output_layer_norm", c, dtype)}};
}

Module encoder(const BertConfig& c, const std::string& dtype) {
    const std::vector<Module> blocks(static_cast<size_t>(c.layers), block(c, dtype));
    return {.name = "distilbert",
            .class_name = "DistilBertModel",
            .children = {embeddings(c, dtype),
                         {.name = "transformer", .class_name = "Transformer", .children = {list("layer", blocks)}}}};
}

}  // namespace

// transformers declares no class of it indivisible.
ModuleTree distilbert_modules(const BertConfig& c, int64_t labels, const std::string& dtype) {
    ModuleTree tree;
    if (c.masked) {
        tree.root = {
            .class_name = c.kind.masked_class(),
            .children = {plain("activation", "GELUActivation"), encoder(c, dtype),
                         linear("vocab_transform", c.width, c.width, dtype), layer_norm("vocab_layer_norm", c, dtype),
                         linear("vocab_projector", c.width, c.vocabulary, dtype),
                         plain("mlm_loss_fct", "CrossEntropyLoss")}};
        if (c.tied) tree.ties = {{"distilbert.embeddings.word_embeddings.weight", "vocab_projector.weight"}};
    } else {
        tree.root = {.class_name = c.kind.classifier_class(),
                     .children = {encoder(c, dtype), linear("pre_classifier", c.width, c.width, dtype),
                                  linear("classifier", c.width, labels, dtype), plain("dropout", "Dropout")}};
    }
    return tree;
}

}  // namespace fanlight
