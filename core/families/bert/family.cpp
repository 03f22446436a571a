#include "core/families/bert/family.h"

#include "core/families/bert/describe.h"
#include "core/families/parts/bert_config.h"
#include "core/families/parts/language_model.h"

namespace fanlight {

namespace {

std::vector<const BertKind*> kinds_below(const std::string& root) {
    std::vector<const BertKind*> kinds;
    for (const BertKind& kind : bert_kinds())
        if (kind.root == root) kinds.push_back(&kind);
    return kinds;
}

std::vector<std::string> classes_of(const std::vector<const BertKind*>& kinds) {
    std::vector<std::string> names;
    for (const BertKind* kind : kinds) {
        names.push_back(kind->classifier_class());
        names.push_back(kind->masked_class());
    }
    return names;
}

std::vector<Component> components(const std::vector<const BertKind*>& kinds) {
    const std::string root = kinds.front()->root, decoder = kinds.front()->masked.decoder;
    std::vector<Component> components = classifier_components(
        classes_of(kinds), root, {{decoder + ".weight", root + ".embeddings.word_embeddings.weight"}});
    // The names of TensorFlow's layer norms, which the first checkpoints kept.
    components.front().endings = {{"LayerNorm.gamma", "LayerNorm.weight"}, {"LayerNorm.beta", "LayerNorm.bias"}};
    return components;
}

int64_t context_of(const Json& config, const Place& where) { return BertConfig(config, where).context; }

Family family(const std::string& root, std::string title, decltype(Family::describe) describe) {
    const std::vector<const BertKind*> kinds = kinds_below(root);
    return {
        .name = root,
        .title = std::move(title),
        .task = "classify",
        .pipeline_classes = classes_of(kinds),
        .components = components(kinds),
        .network = "model",
        .traits = [](const ReadConfig& read) { return classifier_traits(read, &context_of); },
        .describe = describe,
    };
}

}  // namespace

const Family& bert() {
    static const Family row = family("bert", "BERT", &describe_bert);
    return row;
}

const Family& roberta() {
    static const Family row = family("roberta", "RoBERTa and its relatives", &describe_roberta);
    return row;
}

const Family& distilbert() {
    static const Family row = family("distilbert", "DistilBERT", &describe_distilbert);
    return row;
}

}  // namespace fanlight
