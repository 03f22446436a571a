#include "core/families/phi/network/phi.h"

#include "core/families/phi/family.h"
#include "core/models/phi.h"
#include "core/pipelines/text_generation.h"

namespace fanlight {

namespace {

DecoderPlan plan(const ModelFolder& folder, const Weights& weights) {
    const PhiConfig config(folder.config("model"), folder.path().string() + "/config.json");
    return {phi_layers(config, weights), config.vocabulary, config.context, {".rotary_emb.inv_freq"}};
}

}  // namespace

NetworkHalf phi_network() { return decoder_network<plan>(phi()); }

}  // namespace fanlight
