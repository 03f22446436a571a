#include "core/families/bert/network/bert.h"

#include "core/families/bert/family.h"
#include "core/families/parts/language_model.h"
#include "core/models/bert.h"
#include "core/pipelines/classification.h"

namespace fanlight {

namespace {

ClassifierPlan plan(const ModelFolder& folder, const Weights& weights) {
    const Json json = folder.config("model");
    const std::string where = folder.path().string() + "/config.json";
    const BertConfig config(json, where);
    ClassifierPlan plan{.vocabulary = config.vocabulary, .context = config.context};
    plan.harmless = {".position_ids"};
    if (is_masked_bert(folder.class_of("model"))) {
        plan.layers = bert_masked_layers(config, weights);
        plan.reads = ClassifierPlan::Reads::MaskedTokens;
        // The other half of a pretraining checkpoint, and the bias under its second name.
        for (const char* other : {"bert.pooler.dense.weight", "bert.pooler.dense.bias", "cls.seq_relationship.weight",
                                  "cls.seq_relationship.bias", "cls.predictions.decoder.bias"})
            plan.harmless.emplace_back(other);
        return plan;
    }
    plan.harmless.emplace_back("cls.predictions.decoder.weight");  // the tie, which a classifier has no use for
    check_classifier(weights.has("classifier.weight"), "classifier.weight", folder.path().string());
    plan.layers =
        bert_classifier_layers(config, weights, static_cast<int64_t>(ClassifierConfig(json, where).labels.size()));
    plan.reads = ClassifierPlan::Reads::FirstToken;
    return plan;
}

}  // namespace

NetworkHalf bert_network() { return classifier_network<plan>(bert()); }

}  // namespace fanlight
