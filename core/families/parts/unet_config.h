#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/json.h"

namespace fanlight {

/// unet/config.json, with its int-or-list values expanded per block. Throws Error naming the key, the value and the
/// supported ones.
struct UNetConfig {
    explicit UNetConfig(const Json& json);

    struct Block {
        std::string type;
        int64_t channels, layers, heads, context_dim;
        std::vector<int64_t> transformer_layers;  ///< of each of its attentions, one per layer; empty: it has none
        bool only_cross_attention;
        bool has_attention() const { return type.starts_with("CrossAttn"); }
    };

    int64_t in_channels, out_channels;
    std::vector<Block> down_blocks;  ///< in execution order
    std::vector<Block> up_blocks;    ///< in execution order; layers already includes the extra one
    std::string mid_block_type;      ///< empty: none
    int64_t mid_transformer_layers;
    double mid_scale;
    int64_t groups;
    double eps;
    std::string act;
    bool linear_projection, flip_sin_to_cos, center_input_sample, scale_shift;
    double freq_shift;
    int64_t downsample_padding, conv_in_kernel, conv_out_kernel;
    int64_t time_width;
    int64_t guidance_width;  ///< time_cond_proj_dim; 0: the network takes no guidance embedding
    int64_t added_width;   ///< of what is told of a whole picture: the text as one vector, then numbers; 0: nothing is
    int64_t number_width;  ///< of the sinusoids of each of these numbers

private:
    void read_blocks(const Json& json, const std::vector<int64_t>& channels);
    void read_mid_block(const Json& json);
    void read_time_embedding(const Json& json, int64_t width);
    void read_added_embedding(const Json& json);
    void check_transformer_layers() const;
};

}  // namespace fanlight
