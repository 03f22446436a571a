#include "core/families/bert/family.h"

#include "core/families/bert/describe.h"
#include "core/families/parts/bert_config.h"
#include "core/families/parts/language_model.h"

namespace fanlight {

namespace {

constexpr const char *classifier = "BertForSequenceClassification", *masked = "BertForMaskedLM";

std::vector<Component> components() {
    std::vector<Component> components = classifier_components(
        {classifier, masked}, "bert", {{"cls.predictions.decoder.weight", "bert.embeddings.word_embeddings.weight"}});
    // The names of TensorFlow's layer norms, which the first checkpoints kept.
    components.front().endings = {{"LayerNorm.gamma", "LayerNorm.weight"}, {"LayerNorm.beta", "LayerNorm.bias"}};
    return components;
}

int64_t context_of(const Json& config, const std::string& where) { return BertConfig(config, where).context; }

}  // namespace

bool is_masked_bert(const std::string& architecture) { return architecture == masked; }

const Family& bert() {
    static const Family family = {
        .name = "bert",
        .title = "BERT",
        .task = "classify",
        .pipeline_classes = {classifier, masked},
        .components = components(),
        .network = "model",
        .traits = [](const ReadConfig& read) { return classifier_traits(read, &context_of); },
        .describe = &describe_bert,
    };
    return family;
}

}  // namespace fanlight
