#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/place.h"
#include "core/families/parts/llama_kinds.h"
#include "core/families/parts/rope_config.h"

namespace fanlight {

/// The config of the half of a model that reads texts. Models that read pictures as well have it in an object of its
/// own, "text_config", and older ones among the rest. Throws Error if it is no object.
Json text_config(const Json& config, const Place& where);

/// Llama 2 and 3, and its relatives: a transformers config, as far as it says what the network computes.
struct LlamaConfig {
    /// Throws Error naming the wrong value or the unknown class; `where` is the config's file.
    LlamaConfig(const Json& config, const Place& where);

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
    double score_scale;                     ///< of products of queries and keys
    double score_cap, logit_cap;            ///< unless it is 0, a number x becomes cap * tanh(x / cap)
    RopeConfig rope;                        ///< of all layers, or of those without a window
    std::optional<RopeConfig> window_rope;  ///< of those with one
    std::vector<Layer> of_layer;

    /// nullptr: the layer is not rotated.
    const RopeConfig* rope_of(const Layer& layer) const;
    /// The length at which texts that come to be longer are computed anew from their beginning.
    std::optional<int64_t> recompute_at() const;

private:
    /// `text`: the config of the text half.
    LlamaConfig(const LlamaKind& kind, const Json& text, const Place& where);
};

/// Endings of keys that checkpoints hold besides: frequencies that older versions saved with the weights.
inline const std::vector<std::string> llama_harmless = {".rotary_emb.inv_freq"};

}  // namespace fanlight
