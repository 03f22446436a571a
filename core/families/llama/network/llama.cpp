#include "core/families/llama/network/llama.h"

#include "core/families/llama/family.h"
#include "core/models/llama.h"
#include "core/pipelines/classification.h"
#include "core/pipelines/text_generation.h"

namespace fanlight {

namespace {

std::string config_file(const ModelFolder& folder) { return folder.path().string() + "/config.json"; }

DecoderPlan plan(const ModelFolder& folder, const Weights& weights) {
    const LlamaConfig config(folder.config("model"), config_file(folder));
    const DecoderHead head{.name = "lm_head", .outputs = config.vocabulary, .cap = config.logit_cap};
    return {.layers = llama_layers(config, weights, head),
            .vocabulary = config.vocabulary,
            .context = config.context,
            .harmless = llama_harmless,
            .recompute_at = config.recompute_at()};
}

ClassifierPlan classifier_plan(const ModelFolder& folder, const Weights& weights) {
    const LlamaConfig config(folder.config("model"), config_file(folder));
    return {llama_layers(config, weights, {.name = "score", .outputs = classifier_labels(folder, weights, "score")}),
            config.vocabulary, config.context, ClassifierPlan::Reads::LastToken, llama_harmless};
}

}  // namespace

NetworkHalf llama_network() { return decoder_network<plan>(llama()); }

NetworkHalf llama_classifier_network() { return classifier_network<classifier_plan>(llama_classifier()); }

}  // namespace fanlight
