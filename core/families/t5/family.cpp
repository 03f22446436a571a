#include "core/families/t5/family.h"

#include "core/families/parts/language_model.h"
#include "core/families/parts/t5_config.h"
#include "core/families/t5/describe.h"

namespace fanlight {

namespace {

int64_t context_of(const Json& config, const Place& where) {
    const T5Config checked(config, where);
    return t5_context;
}

std::vector<Component> components() {
    std::vector<Component> parts = language_model_components({"T5ForConditionalGeneration"}, "", "shared");
    parts.front().ties = {{"decoder.embed_tokens.weight", "shared.weight"}, {"lm_head.weight", "shared.weight"}};
    return parts;
}

}  // namespace

const Family& t5() {
    static const Family family = {
        .name = "t5",
        .title = "T5",
        .task = "text",
        .overflows_float16 = true,
        .pipeline_classes = {"T5ForConditionalGeneration"},
        .components = components(),
        .network = "model",
        .traits = [](const ReadConfig& read) { return language_model_traits(read, &context_of); },
        .describe = &describe_t5,
    };
    return family;
}

}  // namespace fanlight
