#include "core/families/bert/describe.h"

#include "core/families/bert/modules.h"
#include "core/families/parts/language_model.h"
#include "core/families/parts/reading_costs.h"

namespace fanlight {

namespace {

using Kind = ReadingShape::Layer::Kind;

std::vector<std::string> head_layers(const BertConfig& c) {
    const BertKind::Masked& masked = c.kind.masked;
    if (!c.masked) return {c.kind.classifier.dense, c.kind.classifier.labels};
    if (masked.layer) return {masked.layer};
    return {masked.dense, masked.norm, masked.decoder};
}

ReadingShape reading_of(const BertConfig& config) {
    const std::string root = std::string(config.kind.root) + ".";
    ReadingShape reading{.layers = {{root + "embeddings", Kind::Lookup}},
                         .width = config.width,
                         .heads = config.heads,
                         .head_dim = config.width / config.heads,
                         .mlp_width = config.mlp_width,
                         .context = config.context};
    for (int64_t i = 0; i < config.layers; ++i)
        reading.layers.push_back({root + config.kind.blocks + "." + std::to_string(i), Kind::Block});
    for (const std::string& head : head_layers(config)) reading.layers.push_back({head, Kind::Head});
    return reading;
}

ModelDescription describe(const ModelFiles& model, const DescribedShape& shape, decltype(bert_modules) modules) {
    const Json json = model.config("model");
    const std::string where = model.place_of("model") + "/config.json";
    check_language_model(json, where);
    const BertConfig config(json, where);
    const int64_t labels = config.masked ? 0 : classifier_labels(model, config.kind.classifier.labels);
    ModelDescription description{.shape = shape, .component = "model", .network = modules(config, labels, shape.dtype)};
    description.layers = reading_costs(description.network, reading_of(config), shape);
    return description;
}

}  // namespace

ModelDescription describe_bert(const ModelFiles& model, const DescribedShape& shape) {
    return describe(model, shape, bert_modules);
}

ModelDescription describe_roberta(const ModelFiles& model, const DescribedShape& shape) {
    return describe(model, shape, roberta_modules);
}

ModelDescription describe_distilbert(const ModelFiles& model, const DescribedShape& shape) {
    return describe(model, shape, distilbert_modules);
}

}  // namespace fanlight
