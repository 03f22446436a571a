#include "core/families/gpt2/network/gpt2.h"

#include "core/families/gpt2/family.h"
#include "core/models/gpt2.h"
#include "core/pipelines/load_component.h"
#include "core/pipelines/text_generation.h"

namespace fanlight {

namespace {

GPT2Config config_of(const ModelFolder& folder) {
    return {folder.config("model"), folder.path().string() + "/config.json"};
}

std::unique_ptr<Pipeline> load(ModelFolder folder, const Weights::Placement& placement, const Part& part) {
    const GPT2Config config = config_of(folder);
    const Weights weights = folder.weights("model", placement);
    LayerSequence layers(gpt2_layers(config, weights), weights, part.layers);
    const auto buffer = holding({".attn.bias", ".attn.masked_bias"});  // of older versions of transformers
    check_complete(folder, "model", weights,
                   [&](const std::string& key) { return buffer(key) || layers.belongs_elsewhere(key); });
    return std::make_unique<TextGeneration>(folder, placement, part,
                                            LanguageNetwork{std::move(layers), config.vocabulary, config.context});
}

Probe probe(const ModelFolder& folder, const Weights::Placement& placement, const DescribedShape& shape) {
    return text_probe(gpt2_layers(config_of(folder), folder.weights("model", placement)), placement, shape);
}

}  // namespace

NetworkHalf gpt2_network() { return {gpt2().name, load, probe}; }

}  // namespace fanlight
