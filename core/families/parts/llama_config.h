#pragma once

#include <string>
#include <vector>

#include "core/families/parts/rope_config.h"

namespace fanlight {

/// A class of transformers whose network is Llama's but for what its config says.
struct LlamaKind {
    enum class Biases { ByConfig, OfQueriesKeysValues };
    enum class Windows { None, AllLayers, SomeLayers };

    const char* architecture;  ///< "Qwen3ForCausalLM"
    const char* prefix;        ///< of its modules' classes: "Qwen3"
    Biases biases = Biases::ByConfig;
    bool normed_heads = false;  ///< queries and keys are normed head by head
    Windows windows = Windows::None;
    bool skips_rotation = false;  ///< in some layers
    int64_t context = 0;          ///< if the config does not say it, as the following ones
    int64_t kv_heads = 0;         ///< 0: as many as heads
    int64_t head_dim = 0;         ///< 0: width / heads
    double theta = 1e4;

    /// The same network with a classifier at its end: "Qwen3ForSequenceClassification".
    std::string classifier() const { return std::string(prefix) + "ForSequenceClassification"; }
};

/// All of them.
const std::vector<LlamaKind>& llama_kinds();

/// Llama 2 and 3, and its relatives: a transformers config, as far as it says what the network computes.
struct LlamaConfig {
    /// Throws Error naming the wrong value or the unknown class; `where` is the config's file.
    LlamaConfig(const Json& config, const std::string& where);

    struct Layer {
        int64_t window = 0;  ///< tokens that a token sees; 0: all
        bool rotated = true;
    };

    LlamaKind kind;
    int64_t vocabulary, width, layers, heads, kv_heads, head_dim, mlp_width;
    int64_t context;
    double eps;
    std::string activation;
    bool qkv_bias, output_bias, mlp_bias;
    RopeConfig rope;
    std::vector<Layer> of_layer;
};

}  // namespace fanlight
