#pragma once

#include <cstdint>
#include <vector>

#include "core/base/json.h"
#include "core/checkpoints/checkpoint_part.h"

namespace fanlight {

/// The config of diffusers' AutoencoderTiny (TAESD, by Ollin Boer Bohan), as far as its decoder needs it. Throws Error
/// naming the key and the range.
struct AutoencoderTinyConfig {
    explicit AutoencoderTinyConfig(const Json& json);

    int64_t latent_channels, width;
    std::vector<int64_t> blocks;  ///< of each resolution, the coarsest one first
    double scaling_factor;        ///< of the latents, never 0

    int64_t factor() const { return int64_t{1} << (blocks.size() - 1); }

    /// A module of its sequence "decoder.layers"; those without tensors are left out.
    struct Layer {
        int64_t number;     ///< in the sequence
        bool is_block;      ///< three convolutions with a residual connection; else one
        bool follows_up;    ///< the picture's sides are doubled before it
        int64_t in, out;    ///< channels
        bool has_bias;      ///< of a single convolution
        int64_t doublings;  ///< of the latents' sides by then
    };
    std::vector<Layer> layers() const;
};

/// Whether it is the config of such a one.
bool is_tiny_autoencoder(const Json& config);

/// The config that follows from the decoder's tensors, which begin with "decoder.layers.". Throws Error like
/// CheckpointPart.
Json tiny_config_of(const CheckpointPart& part);

/// "0.weight" of "decoder.layers." for "1.weight" of the original sequence, which begins with a layer without tensors.
/// Throws Error naming a surplus tensor.
TensorEntries tiny_decoder_tensors(const CheckpointPart& part);

}  // namespace fanlight
