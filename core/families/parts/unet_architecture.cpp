#include "core/families/parts/unet_architecture.h"

#include <algorithm>
#include <utility>

namespace fanlight::unet {

namespace {

std::string nth(const std::string& name, size_t number) { return name + "." + std::to_string(number); }

class Plan {
public:
    explicit Plan(const UNetConfig& config) : config_(config) {}

    std::vector<Layer> layers() && {
        const auto& down = config_.down_blocks;
        const auto& up = config_.up_blocks;
        add_entry();
        for (size_t i = 0; i < down.size(); ++i) add_down(i, down[i == 0 ? 0 : i - 1].channels);
        if (!config_.mid_block_type.empty()) add_mid();
        for (size_t i = 0; i < up.size(); ++i)
            add_up(i, up[std::min(i + 1, up.size() - 1)].channels, up[i == 0 ? 0 : i - 1].channels);
        add_exit();
        return std::move(layers_);
    }

private:
    void add(std::string name, Skip skip, Kind kind) { layers_.push_back({std::move(name), skip, kind}); }

    void add_resnet(std::string name, Skip skip, int64_t in_channels, int64_t out_channels, double output_scale = 1.0) {
        add(std::move(name), skip,
            ResidualBlock{.in_channels = in_channels,
                          .out_channels = out_channels,
                          .time_width = config_.time_width,
                          .groups = config_.groups,
                          .eps = config_.eps,
                          .scale_shift = config_.scale_shift,
                          .output_scale = output_scale});
    }

    void add_attention(std::string name, Skip skip, const UNetConfig::Block& block, int64_t transformer_layers) {
        add(std::move(name), skip,
            Transformer{.channels = block.channels,
                        .heads = block.heads,
                        .head_dim = block.channels / block.heads,
                        .context_dim = block.context_dim,
                        .layers = transformer_layers,
                        .groups = config_.groups,
                        .linear_projection = config_.linear_projection,
                        .only_cross_attention = block.only_cross_attention});
    }

    void add_entry() {
        const int64_t first = config_.down_blocks.front().channels;
        add("time_embedding", Skip::None,
            TimeEmbedding{.width = first,
                          .time_width = config_.time_width,
                          .guidance_width = config_.guidance_width,
                          .flip_sin_to_cos = config_.flip_sin_to_cos,
                          .freq_shift = config_.freq_shift});
        if (config_.added_width > 0)
            add("add_embedding", Skip::None,
                AddedEmbedding{.width = config_.added_width,
                               .number_width = config_.number_width,
                               .time_width = config_.time_width,
                               .flip_sin_to_cos = config_.flip_sin_to_cos,
                               .freq_shift = config_.freq_shift});
        add("conv_in", Skip::Push,
            Convolution{config_.in_channels, first, config_.conv_in_kernel, config_.center_input_sample});
    }

    void add_down(size_t index, int64_t in_channels) {
        const UNetConfig::Block& block = config_.down_blocks[index];
        const std::string name = nth("down_blocks", index);
        for (int64_t i = 0; i < block.layers; ++i) {
            add_resnet(nth(name + ".resnets", i), block.has_attention() ? Skip::None : Skip::Push,
                       i == 0 ? in_channels : block.channels, block.channels);
            if (block.has_attention())
                add_attention(nth(name + ".attentions", i), Skip::Push, block,
                              block.transformer_layers[static_cast<size_t>(i)]);
        }
        if (index + 1 < config_.down_blocks.size())
            add(name + ".downsamplers.0", Skip::Push, Downsampler{block.channels, config_.downsample_padding});
    }

    void add_mid() {
        UNetConfig::Block block = config_.down_blocks.back();
        block.only_cross_attention = false;
        add_resnet("mid_block.resnets.0", Skip::None, block.channels, block.channels, config_.mid_scale);
        if (config_.mid_block_type != "UNetMidBlock2DCrossAttn") return;
        add_attention("mid_block.attentions.0", Skip::None, block, config_.mid_transformer_layers);
        add_resnet("mid_block.resnets.1", Skip::None, block.channels, block.channels, config_.mid_scale);
    }

    /// last_skip: channels of the last resnet's skip; the others have the block's own number.
    void add_up(size_t index, int64_t last_skip, int64_t previous_channels) {
        const UNetConfig::Block& block = config_.up_blocks[index];
        const std::string name = nth("up_blocks", index);
        for (int64_t i = 0; i < block.layers; ++i) {
            const int64_t skip = i + 1 == block.layers ? last_skip : block.channels;
            add_resnet(nth(name + ".resnets", i), Skip::Pop, (i == 0 ? previous_channels : block.channels) + skip,
                       block.channels);
            if (block.has_attention())
                add_attention(nth(name + ".attentions", i), Skip::None, block,
                              block.transformer_layers[static_cast<size_t>(i)]);
        }
        if (index + 1 < config_.up_blocks.size()) add(name + ".upsamplers.0", Skip::None, Upsampler{block.channels});
    }

    void add_exit() {
        const int64_t first = config_.down_blocks.front().channels;
        add("conv_norm_out", Skip::None, Norm{config_.groups, first, config_.eps});
        add("conv_out", Skip::None, Convolution{first, config_.out_channels, config_.conv_out_kernel, false});
    }

    const UNetConfig& config_;
    std::vector<Layer> layers_;
};

}  // namespace

std::vector<Layer> layers(const UNetConfig& config) { return Plan(config).layers(); }

}  // namespace fanlight::unet
