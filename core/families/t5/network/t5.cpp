#include "core/families/t5/network/t5.h"

#include "core/families/t5/family.h"
#include "core/models/t5.h"
#include "core/pipelines/text_generation.h"

namespace fanlight {

namespace {

DecoderPlan plan(const ModelFolder& folder, const Weights& weights) {
    const T5Config config(folder.config("model"), folder.path().string() + "/config.json");
    // Some checkpoints hold the encoder's embedding twice, and a table that no layer reads.
    const std::vector<std::string> harmless = {
        "encoder.embed_tokens.weight", "decoder.block.0.layer.1.EncDecAttention.relative_attention_bias.weight"};
    return {t5_layers(config, weights), config.vocabulary, t5_context, harmless, /*encodes=*/true};
}

}  // namespace

NetworkHalf t5_network() { return decoder_network<plan>(t5()); }

}  // namespace fanlight
