#include <algorithm>

#include "core/families/bert/modules.h"
#include "core/families/parts/torch_modules.h"

namespace fanlight {

namespace {

using namespace torch_modules;

/// Their classes are named after the kind.
class Modules {
public:
    Modules(const BertConfig& config, const std::string& dtype) : c_(config), dtype_(dtype) {}

    ModuleTree tree(std::vector<Module> heads, bool pooled) const {
        ModuleTree tree;
        tree.root.class_name = c_.masked ? c_.kind.masked_class() : c_.kind.classifier_class();
        tree.root.children = std::move(heads);
        tree.root.children.insert(c_.kind.head_first ? tree.root.children.end() : tree.root.children.begin(),
                                  encoder(pooled));
        tree.no_split_modules = {named("Embeddings"), named("Layer")};
        if (c_.masked && c_.tied) tree.ties = ties();
        return tree;
    }

    std::vector<Module> bert_classifier(int64_t labels) const {
        return {plain("dropout", "Dropout"), linear("classifier", c_.width, labels, dtype_)};
    }

    Module bert_masked() const {
        Module transform{.name = "transform",
                         .class_name = "BertPredictionHeadTransform",
                         .children = {dense(c_.width), plain("transform_act_fn", "GELUActivation"), layer_norm()}};
        Module predictions{.name = "predictions",
                           .class_name = "BertLMPredictionHead",
                           .parameters = {decoder_bias()},
                           .children = {std::move(transform), decoder()}};
        return {.name = "cls", .class_name = "BertOnlyMLMHead", .children = {std::move(predictions)}};
    }

    Module roberta_classifier(int64_t labels) const {
        return {
            .name = "classifier",
            .class_name = named("ClassificationHead"),
            .children = {dense(c_.width), plain("dropout", "Dropout"), linear("out_proj", c_.width, labels, dtype_)}};
    }

    Module roberta_masked() const {
        return {.name = "lm_head",
                .class_name = named("LMHead"),
                .parameters = {decoder_bias()},
                .children = {dense(c_.width), norm("layer_norm", "LayerNorm", c_.width, dtype_), decoder()}};
    }

private:
    std::string named(const char* what) const { return std::string(c_.kind.prefix) + what; }

    Module layer_norm() const { return norm("LayerNorm", "LayerNorm", c_.width, dtype_); }
    Module dense(int64_t in) const { return linear("dense", in, c_.width, dtype_); }
    Module decoder() const { return linear("decoder", c_.width, c_.vocabulary, dtype_); }
    TensorSpec decoder_bias() const { return {"bias", {c_.vocabulary}, dtype_}; }

    /// What is registered first comes first.
    std::vector<std::pair<std::string, std::string>> ties() const {
        const BertKind::Masked& names = c_.kind.masked;
        std::pair<std::string, std::string> words = {std::string(c_.kind.root) + ".embeddings.word_embeddings.weight",
                                                     std::string(names.decoder) + ".weight"};
        if (c_.kind.head_first) std::swap(words.first, words.second);
        return {words, {names.bias, std::string(names.decoder) + ".bias"}};
    }

    Module output(std::string name, const char* class_name, int64_t in) const {
        return {.name = std::move(name),
                .class_name = named(class_name),
                .children = {dense(in), layer_norm(), plain("dropout", "Dropout")}};
    }

    Module attention() const {
        return {.name = "attention",
                .class_name = named("Attention"),
                .children = {{.name = "self",
                              .class_name = named("SelfAttention"),
                              .children = {linear("query", c_.width, c_.width, dtype_),
                                           linear("key", c_.width, c_.width, dtype_),
                                           linear("value", c_.width, c_.width, dtype_), plain("dropout", "Dropout")}},
                             output("output", "SelfOutput", c_.width)}};
    }

    Module block() const {
        return {.class_name = named("Layer"),
                .children = {attention(),
                             {.name = "intermediate",
                              .class_name = named("Intermediate"),
                              .children = {linear("dense", c_.width, c_.mlp_width, dtype_),
                                           plain("intermediate_act_fn", "GELUActivation")}},
                             output("output", "Output", c_.mlp_width)}};
    }

    Module embeddings() const {
        const Module positions = embedding("position_embeddings", c_.positions, c_.width, dtype_);
        Module module{.name = "embeddings",
                      .class_name = named("Embeddings"),
                      .buffers = {{"position_ids", {1, c_.positions}, "int64", /*persistent=*/false},
                                  {"token_type_ids", {1, c_.positions}, "int64", /*persistent=*/false}},
                      .children = {embedding("word_embeddings", c_.vocabulary, c_.width, dtype_),
                                   embedding("token_type_embeddings", c_.types, c_.width, dtype_), layer_norm(),
                                   plain("dropout", "Dropout")}};
        // Those that need the pad token's number are made last.
        module.children.insert(c_.kind.counts_from_pad ? module.children.end() : module.children.begin() + 1,
                               positions);
        return module;
    }

    Module encoder(bool pooled) const {
        const std::vector<Module> blocks(static_cast<size_t>(c_.layers), block());
        Module model{
            .name = c_.kind.root,
            .class_name = named("Model"),
            .children = {embeddings(),
                         {.name = "encoder", .class_name = named("Encoder"), .children = {list("layer", blocks)}}}};
        if (pooled)
            model.children.push_back({.name = "pooler",
                                      .class_name = named("Pooler"),
                                      .children = {dense(c_.width), plain("activation", "Tanh")}});
        return model;
    }

    const BertConfig& c_;
    const std::string dtype_;
};

}  // namespace

ModuleTree bert_modules(const BertConfig& config, int64_t labels, const std::string& dtype) {
    const Modules modules(config, dtype);
    return config.masked ? modules.tree({modules.bert_masked()}, /*pooled=*/false)
                         : modules.tree(modules.bert_classifier(labels), /*pooled=*/true);
}

ModuleTree roberta_modules(const BertConfig& config, int64_t labels, const std::string& dtype) {
    const Modules modules(config, dtype);
    return modules.tree({config.masked ? modules.roberta_masked() : modules.roberta_classifier(labels)},
                        /*pooled=*/false);
}

}  // namespace fanlight
