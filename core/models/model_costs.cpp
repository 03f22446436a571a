#include "core/models/model_costs.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <functional>
#include <map>

#include "core/models/unet_layers.h"
#include "core/models/unet_modules.h"

namespace fanlight {

namespace {

using Skip = UNetLayerPlan::Skip;

double elements(const TensorSpec& tensor) {
    double count = 1;
    for (const int64_t size : tensor.shape) count *= static_cast<double>(size);
    return count;
}

/// Of the matrices and kernels at and below a module, those that `counts` takes.
double weights_below(const Module& module, const std::function<bool(const Module&)>& counts) {
    double sum = 0;
    if (!counts(module)) return 0;
    for (const TensorSpec& parameter : module.parameters)
        if (parameter.shape.size() > 1) sum += elements(parameter);
    for (const Module& child : module.children) sum += weights_below(child, counts);
    return sum;
}
double weights_below(const Module& module) {
    return weights_below(module, [](const Module&) { return true; });
}

const Module& part(const Module& module, const std::string& name) {
    for (const Module& child : module.children)
        if (child.name == name) return child;
    throw Error(module.class_name + " has no " + name);
}

/// Follows the data through the UNet, layer by layer. Counts a multiplication and an addition as two operations.
class UNetCounter {
public:
    UNetCounter(const ModuleTree& tree, const UNetConfig& config, const DescribedShape& shape, int64_t height,
                int64_t width, int64_t text)
        : tree_(tree),
          sizes_(compute_module_sizes(tree)),
          rows_(static_cast<double>(shape.batch_size) * (shape.guided ? 2 : 1)),
          element_(dtype_byte_size(shape.dtype)),
          time_width_(static_cast<double>(config.time_width)),
          text_(static_cast<double>(text)),
          hidden_{static_cast<double>(config.in_channels), height, width} {}

    LayerDescription count(const UNetLayerPlan& layer) {
        if (layer.skip == Skip::Pop) {
            hidden_.channels += skips_.back().channels;
            skips_.pop_back();
        }
        const Module* module = find_module(tree_, layer.name);
        if (module == nullptr) throw Error("The layer " + layer.name + " is no module of the network");
        flops_ = scratch_ = 0;
        const double before = state();
        (this->*counter_of(*module))(*module);
        const double working = before + scratch_ + hidden_.elements();
        if (layer.skip == Skip::Push) skips_.push_back(hidden_);
        return {.name = layer.name,
                .bytes = static_cast<int64_t>(sizes_.of(layer.name)),
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
    using Counter = void (UNetCounter::*)(const Module&);

    static Counter counter_of(const Module& module) {
        static const std::map<std::string, Counter> counters = {{"TimestepEmbedding", &UNetCounter::time_embedding},
                                                                {"Conv2d", &UNetCounter::conv},
                                                                {"ResnetBlock2D", &UNetCounter::resnet},
                                                                {"Transformer2DModel", &UNetCounter::transformer},
                                                                {"Downsample2D", &UNetCounter::downsample},
                                                                {"Upsample2D", &UNetCounter::upsample},
                                                                {"GroupNorm", &UNetCounter::norm}};
        return counters.at(module.class_name);
    }

    int64_t bytes(double elements_of_a_row) const {
        return static_cast<int64_t>((elements_of_a_row * rows_ + time_width_) * element_);
    }

    /// Elements of a row that wait for the next layer.
    double state() const {
        double sum = hidden_.elements();
        for (const FeatureMap& skip : skips_) sum += skip.elements();
        return sum;
    }

    void time_embedding(const Module& module) { flops_ = 2 * weights_below(module); }  // one row for all

    void conv(const Module& module) {
        flops_ = 2 * rows_ * weights_below(module) * hidden_.pixels();
        hidden_.channels = static_cast<double>(module.parameters.front().shape.front());
    }

    void resnet(const Module& module) {
        const double in = hidden_.elements();
        const double time = 2 * weights_below(part(module, "time_emb_proj"));
        flops_ = 2 * rows_ * (weights_below(module) - time / 2) * hidden_.pixels() + time;
        hidden_.channels = static_cast<double>(part(module, "conv2").parameters.front().shape.front());
        scratch_ = in + 3 * hidden_.elements();  // both norms, the first convolution, the shortcut
    }

    void transformer(const Module& module) {
        const double pixels = hidden_.pixels();
        const auto inner = static_cast<double>(part(module, "proj_in").parameters.front().shape.front());
        const auto each_step = [](const Module& m) { return m.name != "to_k" && m.name != "to_v"; };
        double weights = weights_below(module, each_step), attended = 0;
        for (const Module& block : part(module, "transformer_blocks").children) {
            const Module& keys = part(part(block, "attn1"), "to_k");
            const bool to_itself = static_cast<double>(keys.parameters.front().shape.back()) == inner;
            // Keys and values of the text are made once a micro-batch.
            if (to_itself) weights += 2 * weights_below(keys);
            attended += text_ + (to_itself ? pixels : text_);
        }
        flops_ = rows_ * pixels * (2 * weights + 4 * inner * attended);
        scratch_ = hidden_.elements() + 13 * inner * pixels;  // at the gate: eight wide in, four wide out
    }

    void downsample(const Module& module) {
        hidden_.height = (hidden_.height + 1) / 2;
        hidden_.width = (hidden_.width + 1) / 2;
        conv(part(module, "conv"));
    }

    void upsample(const Module& module) {
        hidden_.height = skips_.back().height;
        hidden_.width = skips_.back().width;
        scratch_ = hidden_.elements();
        conv(part(module, "conv"));
    }

    void norm(const Module&) {
        flops_ = 10 * rows_ * hidden_.elements();
        scratch_ = hidden_.elements();
    }

    const ModuleTree& tree_;
    const SizeMap sizes_;
    const double rows_, element_, time_width_, text_;
    FeatureMap hidden_;
    std::vector<FeatureMap> skips_;
    double flops_ = 0, scratch_ = 0;  ///< of the layer in hand; scratch in elements of a row
};

/// The floating-point tensors of a component that the pipeline uses.
void each_tensor(const ModelFolder& folder, const std::string& component,
                 const std::function<void(const std::string& key, at::IntArrayRef shape, double elements)>& visit) {
    const Weights weights = folder.weights(component, {});
    weights.each([&](const Weights::Listed& tensor) {
        if (!at::isFloatingType(tensor.dtype)) return;
        double count = 1;
        for (const int64_t size : tensor.shape) count *= static_cast<double>(size);
        visit(tensor.key, tensor.shape, count);
    });
}

PartDescription text_encoder_costs(const ModelFolder& folder, const DescribedShape& shape, int64_t tokens) {
    PartDescription part;
    const double element = dtype_byte_size(shape.dtype), texts = shape.batch_size * (shape.guided ? 2 : 1);
    double widest = 0;
    each_tensor(folder, "text_encoder", [&](const std::string& key, at::IntArrayRef sizes, double count) {
        part.bytes += static_cast<int64_t>(count * element);
        if (sizes.size() != 2 || key.find("embedding") != std::string::npos) return;
        part.flops += 2 * texts * static_cast<double>(tokens) * count;
        widest = std::max(widest, static_cast<double>(sizes[0] + sizes[1]));
    });
    part.working_bytes = static_cast<int64_t>(2 * widest * static_cast<double>(tokens) * element);
    return part;
}

/// How many times the decoder has doubled a latent's sides where this tensor is at work.
int64_t doublings(const std::string& key, int64_t blocks) {
    const std::string up = "decoder.up_blocks.";
    if (key.starts_with("decoder.conv_norm_out") || key.starts_with("decoder.conv_out")) return blocks - 1;
    if (!key.starts_with(up)) return 0;
    const int64_t block = std::atoll(key.c_str() + up.size());
    return std::min(blocks - 1, block + (key.find(".upsamplers.") == std::string::npos ? 0 : 1));
}

PartDescription decoder_costs(const ModelFolder& folder, const DescribedShape& shape, double latent_pixels,
                              int64_t blocks) {
    PartDescription part;
    const double element = dtype_byte_size(shape.dtype);
    each_tensor(folder, "vae", [&](const std::string& key, at::IntArrayRef sizes, double count) {
        if (!key.starts_with("decoder.") && !key.starts_with("post_quant_conv.")) return;
        part.bytes += static_cast<int64_t>(count * element);
        if (sizes.size() < 2) return;
        const double pixels = latent_pixels * static_cast<double>(int64_t{1} << (2 * doublings(key, blocks)));
        part.flops += 2 * shape.batch_size * pixels * count;
        // Input, its norm, result and residual, of one picture at a time.
        const double channels = 2.0 * static_cast<double>(sizes[0]) + 2.0 * static_cast<double>(sizes[1]);
        part.working_bytes = std::max(part.working_bytes, static_cast<int64_t>(channels * pixels * element));
    });
    return part;
}

int64_t vae_blocks(const ModelFolder& folder) {
    const auto channels = required<std::vector<int64_t>>(folder.config("vae"), "block_out_channels", "vae/config.json");
    if (channels.empty() || channels.size() > 12)
        throw Error("vae/config.json: block_out_channels must list 1 to 12 blocks");
    return static_cast<int64_t>(channels.size());
}

}  // namespace

int64_t latent_factor(const ModelFolder& folder) { return int64_t{1} << (vae_blocks(folder) - 1); }

int64_t text_length(const ModelFolder& folder) {
    const auto length =
        optional_or<int64_t>(folder.config("text_encoder"), "max_position_embeddings", 77, "text_encoder/config.json");
    if (length < 1 || length > 100'000) throw Error("text_encoder/config.json: max_position_embeddings cannot be");
    return length;
}

ModelDescription model_costs(const ModelFolder& folder, const DescribedShape& shape) {
    const int64_t factor = latent_factor(folder), text = text_length(folder);
    const int64_t height = shape.height / factor, width = shape.width / factor;
    if (height < 1 || width < 1 || shape.height % factor != 0 || shape.width % factor != 0)
        throw Error("Width and height must be multiples of " + std::to_string(factor) + " for this model, not " +
                    std::to_string(shape.width) + "x" + std::to_string(shape.height));
    const UNetConfig config(folder.config("unet"));
    const Weights weights = folder.weights("unet", {});

    ModelDescription model{.shape = shape, .network = unet_modules(config, shape.dtype)};
    UNetCounter counter(model.network, config, shape, height, width, text);
    for (const UNetLayerPlan& layer : plan_layers(config, weights)) model.layers.push_back(counter.count(layer));
    model.text_encoder = text_encoder_costs(folder, shape, text);
    model.decoder = decoder_costs(folder, shape, static_cast<double>(height * width), vae_blocks(folder));
    return model;
}

}  // namespace fanlight
