#include "core/families/llama/family.h"

#include "core/families/llama/describe.h"
#include "core/families/parts/language_model.h"
#include "core/families/parts/llama_config.h"

namespace fanlight {

namespace {

std::vector<std::string> architectures() {
    std::vector<std::string> names;
    for (const LlamaKind& kind : llama_kinds()) names.emplace_back(kind.architecture);
    return names;
}

std::vector<std::string> classifiers() {
    std::vector<std::string> names;
    for (const LlamaKind& kind : llama_kinds()) names.push_back(kind.classifier());
    return names;
}

int64_t context_of(const Json& config, const std::string& where) { return LlamaConfig(config, where).context; }

}  // namespace

const Family& llama() {
    static const Family family = {
        .name = "llama",
        .title = "Llama and its relatives",
        .task = "text",
        .also = {"score"},
        .overflows_float16 = true,
        .pipeline_classes = architectures(),
        .components = language_model_components(architectures(), "model", "embed_tokens"),
        .network = "model",
        .traits = [](const ReadConfig& read) { return language_model_traits(read, &context_of); },
        .describe = &describe_llama,
    };
    return family;
}

const Family& llama_classifier() {
    static const Family family = {
        .name = "llama_classifier",
        .title = "Llama and its relatives as classifiers",
        .task = "classify",
        .overflows_float16 = true,
        .pipeline_classes = classifiers(),
        .components = classifier_components(classifiers(), "model"),
        .network = "model",
        .traits = [](const ReadConfig& read) { return classifier_traits(read, &context_of); },
        .describe = &describe_llama_classifier,
    };
    return family;
}

}  // namespace fanlight
