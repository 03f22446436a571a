#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/layers/layer_sequence.h"

namespace fanlight {

/// A language model as the text encoder of other networks: what they read are hidden states between its layers.
struct TextEncoderLayers {
    /// All of the network, from ids [1, L] int64: each puts what is wanted of it into the state's named tensors. Its
    /// vocabulary matrix stays on the host.
    std::vector<LayerPlan> layers;
    /// Those that lead to the last of the wanted states. The others, its head among them, need no weights.
    LayerRange needed;
    /// The named tensors [1, L, width], in the order in which they were asked for.
    std::vector<std::string> names;
    int64_t vocabulary = 1, context = 1, width = 1;
    std::vector<std::string> harmless = {};  ///< endings of keys that checkpoints hold besides
};

/// Of a decoder of LlamaKind, or of T5, whose encoder it is. `config`, `where`: its config.json. `states` are numbered
/// as in transformers with output_hidden_states=True: 0 is what the embedding gives, k what layer k gives, and the last
/// one, after all layers, is that of the norm behind them; -1 is the last one, -2 the one before. Throws Error if there
/// are none of these numbers, or for what is wrong with the config.
TextEncoderLayers text_encoder_layers(const Json& config, const Place& where, const Weights& weights,
                                      const std::vector<int64_t>& states);

}  // namespace fanlight
