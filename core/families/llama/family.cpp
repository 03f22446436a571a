#include "core/families/llama/family.h"

#include "core/families/llama/describe.h"
#include "core/families/parts/language_model.h"
#include "core/families/parts/llama_config.h"

namespace fanlight {

namespace {

std::vector<Component> components() {
    std::vector<Component> parts = language_model_components(llama_language_models(), "model", "embed_tokens");
    parts.front().beginnings = text_half_beginnings();
    return parts;
}

int64_t context_of(const Json& config, const Place& where) { return LlamaConfig(config, where).context; }

}  // namespace

const Family& llama() {
    static const Family family = {
        .name = "llama",
        .title = "Llama and its relatives",
        .task = "text",
        .also = {"score"},
        .overflows_float16 = true,
        .pipeline_classes = llama_language_models(),
        .components = components(),
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
        .pipeline_classes = llama_classifiers(),
        .components = classifier_components(llama_classifiers(), "model"),
        .network = "model",
        .traits = [](const ReadConfig& read) { return classifier_traits(read, &context_of); },
        .describe = &describe_llama_classifier,
    };
    return family;
}

}  // namespace fanlight
