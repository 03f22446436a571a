#include "core/families/bert/describe.h"

#include "core/families/bert/family.h"
#include "core/families/parts/bert_config.h"
#include "core/families/parts/classifier_config.h"
#include "core/families/parts/language_model.h"
#include "core/families/parts/reading_costs.h"
#include "core/families/parts/torch_modules.h"

namespace fanlight {

namespace {

using namespace torch_modules;
using Kind = ReadingShape::Layer::Kind;

/// The modules of the network, as transformers registers them.
class Modules {
public:
    Modules(const BertConfig& config, std::string dtype) : c_(config), dtype_(std::move(dtype)) {}

    ModuleTree classifier(int64_t labels) const {
        ModuleTree tree = encoder("BertForSequenceClassification", /*pooled=*/true);
        tree.root.children.push_back(plain("dropout", "Dropout"));
        tree.root.children.push_back(linear("classifier", c_.width, labels, dtype_));
        return tree;
    }

    ModuleTree masked() const {
        ModuleTree tree = encoder("BertForMaskedLM", /*pooled=*/false);
        Module transform{.name = "transform",
                         .class_name = "BertPredictionHeadTransform",
                         .children = {linear("dense", c_.width, c_.width, dtype_),
                                      plain("transform_act_fn", "GELUActivation"), layer_norm()}};
        Module predictions{.name = "predictions",
                           .class_name = "BertLMPredictionHead",
                           .parameters = {{"bias", {c_.vocabulary}, dtype_}},
                           .children = {std::move(transform), linear("decoder", c_.width, c_.vocabulary, dtype_)}};
        tree.root.children.push_back(
            {.name = "cls", .class_name = "BertOnlyMLMHead", .children = {std::move(predictions)}});
        tree.ties = {{"bert.embeddings.word_embeddings.weight", "cls.predictions.decoder.weight"},
                     {"cls.predictions.bias", "cls.predictions.decoder.bias"}};
        return tree;
    }

private:
    Module layer_norm() const { return norm("LayerNorm", "LayerNorm", c_.width, dtype_); }

    Module output(std::string name, std::string class_name, int64_t in) const {
        return {.name = std::move(name),
                .class_name = std::move(class_name),
                .children = {linear("dense", in, c_.width, dtype_), layer_norm(), plain("dropout", "Dropout")}};
    }

    Module attention() const {
        return {.name = "attention",
                .class_name = "BertAttention",
                .children = {{.name = "self",
                              .class_name = "BertSelfAttention",
                              .children = {linear("query", c_.width, c_.width, dtype_),
                                           linear("key", c_.width, c_.width, dtype_),
                                           linear("value", c_.width, c_.width, dtype_), plain("dropout", "Dropout")}},
                             output("output", "BertSelfOutput", c_.width)}};
    }

    Module block() const {
        return {.class_name = "BertLayer",
                .children = {attention(),
                             {.name = "intermediate",
                              .class_name = "BertIntermediate",
                              .children = {linear("dense", c_.width, c_.mlp_width, dtype_),
                                           plain("intermediate_act_fn", "GELUActivation")}},
                             output("output", "BertOutput", c_.mlp_width)}};
    }

    ModuleTree encoder(std::string class_name, bool pooled) const {
        Module embeddings{.name = "embeddings",
                          .class_name = "BertEmbeddings",
                          .children = {embedding("word_embeddings", c_.vocabulary, c_.width, dtype_),
                                       embedding("position_embeddings", c_.context, c_.width, dtype_),
                                       embedding("token_type_embeddings", c_.types, c_.width, dtype_), layer_norm(),
                                       plain("dropout", "Dropout")}};
        Module layers{.name = "encoder",
                      .class_name = "BertEncoder",
                      .children = {list("layer", std::vector<Module>(static_cast<size_t>(c_.layers), block()))}};
        Module bert{.name = "bert", .class_name = "BertModel", .children = {std::move(embeddings), std::move(layers)}};
        if (pooled)
            bert.children.push_back(
                {.name = "pooler",
                 .class_name = "BertPooler",
                 .children = {linear("dense", c_.width, c_.width, dtype_), plain("activation", "Tanh")}});
        ModuleTree tree;
        tree.root = {.class_name = std::move(class_name), .children = {std::move(bert)}};
        tree.no_split_modules = {"BertEmbeddings", "BertLayer"};
        return tree;
    }

    const BertConfig& c_;
    const std::string dtype_;
};

ReadingShape reading_of(const BertConfig& config, const std::vector<std::string>& heads) {
    ReadingShape reading{.layers = {{"bert.embeddings", Kind::Lookup}},
                         .width = config.width,
                         .heads = config.heads,
                         .mlp_width = config.mlp_width,
                         .context = config.context};
    for (int64_t i = 0; i < config.layers; ++i)
        reading.layers.push_back({"bert.encoder.layer." + std::to_string(i), Kind::Block});
    for (const std::string& head : heads) reading.layers.push_back({head, Kind::Head});
    return reading;
}

}  // namespace

ModelDescription describe_bert(const ModelFiles& model, const DescribedShape& shape) {
    const Json json = model.config("model");
    const std::string where = model.place_of("model") + "/config.json";
    check_language_model(json, where);
    const BertConfig config(json, where);
    const Modules modules(config, shape.dtype);
    ModelDescription description{.shape = shape, .component = "model"};
    if (is_masked_bert(model.class_of("model"))) {
        description.network = modules.masked();
        description.layers = reading_costs(description.network, reading_of(config, {"cls"}), shape);
    } else {
        check_classifier(model.tensors("model").tensors.contains("classifier.weight"), "classifier.weight",
                         model.place_of("model"));
        description.network = modules.classifier(static_cast<int64_t>(ClassifierConfig(json, where).labels.size()));
        description.layers =
            reading_costs(description.network, reading_of(config, {"bert.pooler", "classifier"}), shape);
    }
    return description;
}

}  // namespace fanlight
