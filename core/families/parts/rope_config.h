#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/json.h"

namespace fanlight {

/// What holds of rotary parameters that a config does not say.
struct RopeDefaults {
    double theta = 1e4;
    double partial = 1;            ///< the part of each head that is rotated
    int64_t original_context = 0;  ///< 0: the context
};

/// How positions are embedded as rotations (RoPE, Su et al. 2021): the rotary parameters of a transformers config, of
/// the form "rope_parameters" or of the older one, "rope_theta" and "rope_scaling".
struct RopeConfig {
    enum class Kind { Default, Linear, Dynamic, Llama3, Yarn, LongRope };

    /// `context`: max_position_embeddings. Throws Error naming the wrong value, or the unknown type and those that are
    /// known.
    RopeConfig(const Json& config, const RopeDefaults& defaults, int64_t head_dim, int64_t context, const Place& where);

    /// Tokens of the longest text that it is meant for: configs of linear, dynamic and YaRN embeddings often give the
    /// context before it was extended.
    int64_t longest_text() const;

    Kind kind = Kind::Default;
    std::string layers;  ///< the type of those that it is for, if others of the model are rotated otherwise
    int64_t dim = 0;     ///< how many numbers of a head are rotated, from its first one
    int64_t context, original_context;
    double theta = 1e4;
    double factor = 1;                                                     ///< by which the context has been extended
    std::optional<double> attention_factor = {};                           ///< of cosine and sine
    double low_freq_factor = 1, high_freq_factor = 4;                      // llama3
    double beta_fast = 32, beta_slow = 1, mscale = 0, mscale_all_dim = 0;  // yarn
    bool truncate = true;                                                  // yarn
    std::vector<double> short_factor = {}, long_factor = {};               // longrope, dim / 2 each
};

/// The same where each type of layer has its own parameters (Gemma 3): "rope_parameters" has an object for each; in the
/// older form `theta_key` names the type's theta, and "rope_scaling" is that of full_attention.
RopeConfig rope_of_layers(const std::string& type, const char* theta_key, const Json& config,
                          const RopeDefaults& defaults, int64_t head_dim, int64_t context, const Place& where);

}  // namespace fanlight
