#include "core/families/gpt2/family.h"

#include "core/families/gpt2/describe.h"
#include "core/families/parts/gpt2_config.h"
#include "core/families/parts/language_model.h"

namespace fanlight {

namespace {

int64_t context_of(const Json& config, const Place& where) { return GPT2Config(config, where).context; }

}  // namespace

const Family& gpt2() {
    static const Family family = {
        .name = "gpt2",
        .title = "GPT-2",
        .task = "text",
        .also = {"score"},
        .pipeline_classes = {"GPT2LMHeadModel"},
        .components = language_model_components({"GPT2LMHeadModel"}, "transformer", "wte"),
        .network = "model",
        .traits = [](const ReadConfig& read) { return language_model_traits(read, &context_of); },
        .describe = &describe_gpt2,
    };
    return family;
}

const Family& gpt2_classifier() {
    static const Family family = {
        .name = "gpt2_classifier",
        .title = "GPT-2 as a classifier",
        .task = "classify",
        .pipeline_classes = {"GPT2ForSequenceClassification"},
        .components = classifier_components({"GPT2ForSequenceClassification"}, "transformer"),
        .network = "model",
        .traits = [](const ReadConfig& read) { return classifier_traits(read, &context_of); },
        .describe = &describe_gpt2_classifier,
    };
    return family;
}

}  // namespace fanlight
