#include "core/families/parts/unet_costs.h"

#include "core/families/parts/component_costs.h"
#include "core/families/parts/torch_modules.h"

namespace fanlight {

namespace {

using torch_modules::weights_below;
using unet::Skip;

const Module& child(const Module& module, const std::string& name) {
    for (const Module& child : module.children)
        if (child.name == name) return child;
    throw Error("%1 has no %2", module.class_name, name);
}

double keys_and_values(const Module& attention) {
    return weights_below(child(attention, "to_k")) + weights_below(child(attention, "to_v"));
}

/// Follows the data through the UNet, layer by layer. Counts a multiplication and an addition as two operations.
class Counter {
public:
    Counter(const ModuleTree& tree, const UNetConfig& config, const DescribedShape& shape, int64_t height,
            int64_t width, int64_t tokens)
        : tree_(tree),
          sizes_(compute_module_sizes(tree)),
          rows_(static_cast<double>(shape.batch_size) * (shape.guided ? 2 : 1)),
          element_(dtype_byte_size(shape.dtype)),
          time_width_(static_cast<double>(config.time_width)),
          tokens_(static_cast<double>(tokens)),
          hidden_{static_cast<double>(config.in_channels), height, width} {}

    LayerDescription count(const unet::Layer& layer) {
        if (layer.skip == Skip::Pop) {
            hidden_.channels += skips_.back().channels;
            skips_.pop_back();
        }
        const Module* module = find_module(tree_, layer.name);
        if (module == nullptr) throw Error("The layer %1 is not a module of the network", layer.name);
        flops_ = scratch_ = 0;
        const double before = state();
        std::visit([&](const auto& kind) { add(kind, *module); }, layer.kind);
        const double working = before + scratch_ + hidden_.elements();
        if (layer.skip == Skip::Push) skips_.push_back(hidden_);
        return {.name = layer.name,
                .bytes = whole_bytes(sizes_.of(layer.name)),
                .flops = flops_,
                .state_bytes = bytes(state()),
                .working_bytes = bytes(working)};
    }

private:
    struct FeatureMap {
        double channels;
        int64_t height, width;
        double pixels() const { return static_cast<double>(height) * static_cast<double>(width); }
        double elements() const { return channels * pixels(); }
    };

    int64_t bytes(double elements_of_a_row) const {
        return whole_bytes((elements_of_a_row * rows_ + time_width_ * time_rows_) * element_);
    }

    /// Elements per row that are kept for later layers.
    double state() const {
        double sum = hidden_.elements();
        for (const FeatureMap& skip : skips_) sum += skip.elements();
        return sum;
    }

    void add(const unet::TimeEmbedding&, const Module& module) {
        flops_ = 2 * weights_below(module);
    }  // one row for all

    /// Later evaluations remember it.
    void add(const unet::AddedEmbedding&, const Module& module) {
        flops_ = 2 * rows_ * weights_below(module);
        time_rows_ = rows_;
    }

    void add(const unet::Convolution& conv, const Module& module) { convolve(module, conv.out_channels); }

    void convolve(const Module& module, int64_t out_channels) {
        flops_ = 2 * rows_ * weights_below(module) * hidden_.pixels();
        hidden_.channels = static_cast<double>(out_channels);
    }

    void add(const unet::ResidualBlock& resnet, const Module& module) {
        const double in = hidden_.elements();
        const double time = 2 * weights_below(child(module, "time_emb_proj"));
        flops_ = 2 * rows_ * (weights_below(module) - time / 2) * hidden_.pixels() + time;
        hidden_.channels = static_cast<double>(resnet.out_channels);
        scratch_ = in + 3 * hidden_.elements();  // both norms, the first convolution, the shortcut
    }

    void add(const unet::Transformer& transformer, const Module& module) {
        const double pixels = hidden_.pixels();
        const auto inner = static_cast<double>(transformer.heads * transformer.head_dim);
        double weights = weights_below(module), attended = 0;
        for (const Module& block : child(module, "transformer_blocks").children) {
            // Keys and values of the text are computed once per micro-batch.
            weights -= keys_and_values(child(block, "attn2"));
            if (transformer.only_cross_attention) weights -= keys_and_values(child(block, "attn1"));
            attended += tokens_ + (transformer.only_cross_attention ? tokens_ : pixels);
        }
        flops_ = rows_ * pixels * (2 * weights + 4 * inner * attended);
        scratch_ = hidden_.elements() + 13 * inner * pixels;  // at the gate: input 8 wide, output 4 wide
    }

    void add(const unet::Downsampler& downsampler, const Module& module) {
        hidden_.height = (hidden_.height + 1) / 2;
        hidden_.width = (hidden_.width + 1) / 2;
        convolve(module, downsampler.channels);
    }

    void add(const unet::Upsampler& upsampler, const Module& module) {
        hidden_.height = skips_.back().height;
        hidden_.width = skips_.back().width;
        scratch_ = hidden_.elements();
        convolve(module, upsampler.channels);
    }

    void add(const unet::Norm&, const Module&) {
        flops_ = 10 * rows_ * hidden_.elements();
        scratch_ = hidden_.elements();
    }

    const ModuleTree& tree_;
    const SizeMap sizes_;
    const double rows_, element_, time_width_, tokens_;
    double time_rows_ = 1;  ///< all images are at the same time, but may be told different things
    FeatureMap hidden_;
    std::vector<FeatureMap> skips_;
    double flops_ = 0, scratch_ = 0;  ///< of the current layer; scratch in elements per row
};

}  // namespace

std::vector<LayerDescription> unet_costs(const UNetConfig& config, const ModuleTree& network,
                                         const DescribedShape& shape, int64_t height, int64_t width, int64_t tokens) {
    Counter counter(network, config, shape, height, width, tokens);
    std::vector<LayerDescription> costs;
    for (const unet::Layer& layer : unet::layers(config)) costs.push_back(counter.count(layer));
    return costs;
}

}  // namespace fanlight
