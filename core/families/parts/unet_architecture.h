#pragma once

#include <string>
#include <variant>
#include <vector>

#include "core/families/parts/unet_config.h"

namespace fanlight {

/// The UNet, written once: its layers in execution order, each with the options of its kind. The tree of modules
/// (unet_modules), the costs (unet_costs) and the network itself are made from this list.
namespace unet {

struct TimeEmbedding {
    int64_t width;           ///< of the timestep's sinusoids
    int64_t time_width;      ///< of the result
    int64_t guidance_width;  ///< of the guidance scale's sinusoids; 0: the network does not take it
    bool flip_sin_to_cos;    ///< cosines first
    double freq_shift;
};

/// Of what is told of a whole picture, added to the time embedding: the text as one vector, and numbers.
struct AddedEmbedding {
    int64_t width;         ///< of the vector and the sinusoids of all numbers
    int64_t number_width;  ///< of the sinusoids of each number
    int64_t time_width;    ///< of the result
    bool flip_sin_to_cos;  ///< cosines first
    double freq_shift;
};

struct Convolution {
    int64_t in_channels, out_channels, kernel;
    bool centers_input;  ///< maps 0..1 to -1..1 first
};

struct ResidualBlock {
    int64_t in_channels, out_channels, time_width, groups;
    double eps;
    bool scale_shift;  ///< the time embedding scales and shifts the second norm instead of being added
    double output_scale;
};

struct Transformer {
    int64_t channels, heads, head_dim, context_dim, layers, groups;
    bool linear_projection, only_cross_attention;
};

struct Downsampler {
    int64_t channels, padding;
};

/// To the size of the next skip: doubled, except for sizes that could not be halved evenly.
struct Upsampler {
    int64_t channels;
};

struct Norm {
    int64_t groups, channels;
    double eps;
};

using Kind =
    std::variant<TimeEmbedding, AddedEmbedding, Convolution, ResidualBlock, Transformer, Downsampler, Upsampler, Norm>;

/// Push: the result is kept for the way up. Pop: the kept tensor is concatenated to the input's channels.
enum class Skip { None, Push, Pop };

struct Layer {
    std::string name;  ///< the checkpoint's
    Skip skip;
    Kind kind;
};

std::vector<Layer> layers(const UNetConfig& config);

}  // namespace unet
}  // namespace fanlight
