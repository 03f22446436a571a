#include "core/families/t5/describe.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/families/parts/component_costs.h"
#include "core/families/parts/decoder_costs.h"
#include "core/families/parts/language_model.h"
#include "core/families/parts/t5_config.h"
#include "core/families/parts/torch_modules.h"

namespace fanlight {

namespace {

using namespace torch_modules;

/// The modules of the network, as transformers registers them.
class Modules {
public:
    Modules(const T5Config& config, std::string dtype) : c_(config), dtype_(std::move(dtype)) {}

    ModuleTree tree(bool tied) const {
        ModuleTree tree;
        tree.root.class_name = "T5ForConditionalGeneration";
        tree.root.children = {embedding("shared", c_.vocabulary, c_.width, dtype_),
                              stack("encoder", c_.layers, /*decodes=*/false),
                              stack("decoder", c_.decoder_layers, /*decodes=*/true),
                              linear("lm_head", c_.width, c_.vocabulary, dtype_, Bias::No)};
        tree.ties = {{"shared.weight", "encoder.embed_tokens.weight"},
                     {"shared.weight", "decoder.embed_tokens.weight"}};
        if (tied) tree.ties.push_back({"shared.weight", "lm_head.weight"});
        tree.no_split_modules = {"T5Block"};
        return tree;
    }

private:
    Module layer_norm(std::string name) const {
        return {.name = std::move(name), .class_name = "T5LayerNorm", .parameters = {{"weight", {c_.width}, dtype_}}};
    }

    Module attention(std::string name, bool has_biases) const {
        const int64_t inner = c_.inner_width();
        Module attention{
            .name = std::move(name),
            .class_name = "T5Attention",
            .children = {linear("q", c_.width, inner, dtype_, Bias::No), linear("k", c_.width, inner, dtype_, Bias::No),
                         linear("v", c_.width, inner, dtype_, Bias::No),
                         linear("o", inner, c_.width, dtype_, Bias::No)}};
        if (has_biases)
            attention.children.push_back(embedding("relative_attention_bias", c_.buckets, c_.heads, dtype_));
        return attention;
    }

    Module around(std::string class_name, Module inner) const {
        return {.class_name = std::move(class_name),
                .children = {std::move(inner), layer_norm("layer_norm"), plain("dropout", "Dropout")}};
    }

    Module feed_forward() const {
        Module inner{.name = "DenseReluDense", .class_name = c_.gated ? "T5DenseGatedActDense" : "T5DenseActDense"};
        for (const char* name : c_.gated ? std::vector{"wi_0", "wi_1"} : std::vector{"wi"})
            inner.children.push_back(linear(name, c_.width, c_.mlp_width, dtype_, Bias::No));
        inner.children.push_back(linear("wo", c_.mlp_width, c_.width, dtype_, Bias::No));
        inner.children.push_back(plain("dropout", "Dropout"));
        inner.children.push_back(plain("act", class_of_activation()));
        return around("T5LayerFF", std::move(inner));
    }

    std::string class_of_activation() const {
        if (c_.activation == "relu") return "ReLU";
        return c_.activation == "gelu_new" ? "NewGELUActivation" : "GELUActivation";
    }

    Module block(bool decodes, bool first) const {
        std::vector<Module> layers = {around("T5LayerSelfAttention", attention("SelfAttention", first))};
        if (decodes) layers.push_back(around("T5LayerCrossAttention", attention("EncDecAttention", false)));
        layers.push_back(feed_forward());
        return {.class_name = "T5Block", .children = {list("layer", std::move(layers))}};
    }

    Module stack(std::string name, int64_t count, bool decodes) const {
        std::vector<Module> blocks;
        for (int64_t i = 0; i < count; ++i) blocks.push_back(block(decodes, i == 0));
        return {
            .name = std::move(name),
            .class_name = "T5Stack",
            .children = {embedding("embed_tokens", c_.vocabulary, c_.width, dtype_), list("block", std::move(blocks)),
                         layer_norm("final_layer_norm"), plain("dropout", "Dropout")}};
    }

    const T5Config& c_;
    const std::string dtype_;
};

/// Half of a text's tokens are its prompt, which the encoder reads once; the decoder takes one token of each row at a
/// time, so each evaluation has its share of what the encoder does.
class Costs {
public:
    Costs(const T5Config& config, const ModuleTree& tree, const DescribedShape& shape)
        : c_(config),
          tree_(tree),
          sizes_(compute_module_sizes(tree)),
          rows_(static_cast<double>(shape.batch_size)),
          tokens_(static_cast<double>(std::max(2, shape.tokens)) / 2),
          element_(dtype_byte_size(shape.dtype)) {}

    std::vector<LayerDescription> layers() const {
        std::vector<LayerDescription> layers = {layer("shared", 0, tokens_ * width())};
        for (int64_t i = 0; i < c_.layers; ++i) layers.push_back(block("encoder.block." + std::to_string(i), false));
        layers.push_back(layer("encoder.final_layer_norm", 0, tokens_ * width()));
        // A table that is tied is a copy: it may be on another device.
        layers.push_back(layer("decoder.embed_tokens", weights("shared") * element_, rows_ * width()));
        for (int64_t i = 0; i < c_.decoder_layers; ++i)
            layers.push_back(block("decoder.block." + std::to_string(i), true));
        layers.push_back(layer("decoder.final_layer_norm", 0, rows_ * width()));
        layers.push_back(
            layer("lm_head", weights("lm_head") * element_, 2 * rows_ * static_cast<double>(c_.vocabulary)));
        layers.back().flops = 2 * weights("lm_head") * rows_;
        return layers;
    }

private:
    double width() const { return static_cast<double>(c_.width); }
    double weights(const std::string& name) const { return weights_below(*find_module(tree_, name)); }

    /// `bytes`: 0 for those of the module.
    LayerDescription layer(const std::string& name, double bytes, double passed) const {
        return {.name = name,
                .bytes = whole_bytes(bytes > 0 ? bytes : sizes_.of(name)),
                .state_bytes = whole_bytes(passed * element_),
                .working_bytes = whole_bytes(2 * passed * element_)};
    }

    LayerDescription block(const std::string& name, bool decodes) const {
        const auto inner = static_cast<double>(c_.inner_width()), heads = static_cast<double>(c_.heads);
        const double inside =
            tokens_ * (4 * inner + 2 * static_cast<double>(c_.mlp_width)) + heads * std::min(tokens_, 256.0) * tokens_;
        LayerDescription made = layer(name, 0, std::max(tokens_, rows_) * width());
        made.working_bytes += whole_bytes(inside * element_);
        // Keys and values of the text so far and, in the decoder, of its prompt.
        made.flops = (2 * weights(name) + 4 * inner * tokens_) * rows_;
        if (decodes) made.kept_bytes = whole_bytes(2 * 2 * inner * tokens_ * rows_ * element_);
        return made;
    }

    const T5Config& c_;
    const ModuleTree& tree_;
    const SizeMap sizes_;
    const double rows_, tokens_, element_;
};

}  // namespace

ModelDescription describe_t5(const ModelFiles& model, const DescribedShape& shape) {
    const Json json = model.config("model");
    const std::string where = model.place_of("model") + "/config.json";
    check_language_model(json, where);
    const T5Config config(json, where);
    const bool tied = !has_own_head(model.tensors("model"), "shared.weight");
    ModelDescription description{
        .shape = shape, .component = "model", .network = Modules(config, shape.dtype).tree(tied)};
    description.layers = Costs(config, description.network, shape).layers();
    return description;
}

}  // namespace fanlight
