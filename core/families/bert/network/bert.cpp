#include "core/families/bert/network/bert.h"

#include "core/families/bert/family.h"
#include "core/models/bert.h"
#include "core/pipelines/classification.h"

namespace fanlight {

namespace {

/// What a checkpoint may hold besides: the other half of pretraining and its pooler, the decoder's tie, which a
/// classifier has no use for, and its bias under two names.
std::vector<std::string> harmless(const BertKind& kind) {
    const std::string root = kind.root, decoder = kind.masked.decoder;
    return {".position_ids",
            root + ".pooler.dense.weight",
            root + ".pooler.dense.bias",
            "cls.seq_relationship.weight",
            "cls.seq_relationship.bias",
            decoder + ".weight",
            decoder + ".bias",
            kind.masked.bias};
}

ClassifierPlan plan(const ModelFolder& folder, const Weights& weights) {
    const BertConfig config(folder.config("model"), folder.path().string() + "/config.json");
    ClassifierPlan plan{.vocabulary = config.vocabulary, .context = config.context};
    plan.harmless = harmless(config.kind);
    if (config.masked) {
        plan.layers = bert_masked_layers(config, weights);
        plan.reads = ClassifierPlan::Reads::MaskedTokens;
        return plan;
    }
    plan.layers =
        bert_classifier_layers(config, weights, classifier_labels(folder, weights, config.kind.classifier.labels));
    plan.reads = ClassifierPlan::Reads::FirstToken;
    return plan;
}

}  // namespace

NetworkHalf bert_network() { return classifier_network<plan>(bert()); }
NetworkHalf roberta_network() { return classifier_network<plan>(roberta()); }
NetworkHalf distilbert_network() { return classifier_network<plan>(distilbert()); }

}  // namespace fanlight
