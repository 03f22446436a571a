#include "core/families/gpt2/network/gpt2.h"

#include "core/families/gpt2/family.h"
#include "core/models/gpt2.h"
#include "core/pipelines/text_generation.h"

namespace fanlight {

namespace {

DecoderPlan plan(const ModelFolder& folder, const Weights& weights) {
    const GPT2Config config(folder.config("model"), folder.path().string() + "/config.json");
    return {gpt2_layers(config, weights), config.vocabulary, config.context, {".attn.bias", ".attn.masked_bias"}};
}

}  // namespace

NetworkHalf gpt2_network() { return decoder_network<plan>(gpt2()); }

}  // namespace fanlight
