#include "core/families/gpt2/network/gpt2.h"

#include "core/families/gpt2/family.h"
#include "core/models/gpt2.h"
#include "core/pipelines/classification.h"
#include "core/pipelines/text_generation.h"

namespace fanlight {

namespace {

/// Masks that older versions saved with the weights.
const std::vector<std::string> harmless = {".attn.bias", ".attn.masked_bias"};

std::string config_file(const ModelFolder& folder) { return folder.path().string() + "/config.json"; }

DecoderPlan plan(const ModelFolder& folder, const Weights& weights) {
    const GPT2Config config(folder.config("model"), config_file(folder));
    return {gpt2_layers(config, weights, {"lm_head", config.vocabulary}), config.vocabulary, config.context, harmless};
}

ClassifierPlan classifier_plan(const ModelFolder& folder, const Weights& weights) {
    const GPT2Config config(folder.config("model"), config_file(folder));
    return {gpt2_layers(config, weights, {"score", classifier_labels(folder, weights, "score")}), config.vocabulary,
            config.context, ClassifierPlan::Reads::LastToken, harmless};
}

}  // namespace

NetworkHalf gpt2_network() { return decoder_network<plan>(gpt2()); }

NetworkHalf gpt2_classifier_network() { return classifier_network<classifier_plan>(gpt2_classifier()); }

}  // namespace fanlight
