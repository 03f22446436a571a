#include "core/families/llama/network/llama.h"

#include "core/families/llama/family.h"
#include "core/models/llama.h"
#include "core/pipelines/text_generation.h"

namespace fanlight {

namespace {

DecoderPlan plan(const ModelFolder& folder, const Weights& weights) {
    const LlamaConfig config(folder.config("model"), folder.path().string() + "/config.json");
    return {llama_layers(config, weights),
            config.vocabulary,
            config.context,
            {".rotary_emb.inv_freq"},
            config.recompute_at()};
}

}  // namespace

NetworkHalf llama_network() { return decoder_network<plan>(llama()); }

}  // namespace fanlight
