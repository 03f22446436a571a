#include "core/families/phi/family.h"

#include "core/families/parts/language_model.h"
#include "core/families/parts/phi_config.h"
#include "core/families/phi/describe.h"

namespace fanlight {

namespace {

int64_t context_of(const Json& config, const Place& where) { return PhiConfig(config, where).context; }

}  // namespace

const Family& phi() {
    static const Family family = {
        .name = "phi",
        .title = "Phi-1 and 2",
        .task = "text",
        .also = {"score"},
        .overflows_float16 = true,
        .pipeline_classes = {"PhiForCausalLM"},
        .components = language_model_components({"PhiForCausalLM"}, "model", "embed_tokens"),
        .network = "model",
        .traits = [](const ReadConfig& read) { return language_model_traits(read, &context_of); },
        .describe = &describe_phi,
    };
    return family;
}

}  // namespace fanlight
