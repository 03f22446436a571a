#include "core/families/t5/network/t5.h"

#include "core/families/t5/family.h"
#include "core/models/t5.h"
#include "core/pipelines/text_generation.h"

namespace fanlight {

namespace {

DecoderPlan plan(const ModelFolder& folder, const Weights& weights) {
    const T5Config config(folder.config("model"), folder.path().string() + "/config.json");
    return {t5_layers(config, weights), config.vocabulary, t5_context, t5_harmless, /*encodes=*/true};
}

}  // namespace

NetworkHalf t5_network() { return decoder_network<plan>(t5()); }

}  // namespace fanlight
