#include "core/families/llama/describe.h"

#include <algorithm>

#include "core/families/parts/decoder_costs.h"
#include "core/families/parts/language_model.h"
#include "core/families/parts/llama_config.h"
#include "core/families/parts/reading_costs.h"
#include "core/families/parts/torch_modules.h"

namespace fanlight {

namespace {

using namespace torch_modules;

/// The modules of a model, whose classes are named after its kind.
class Modules {
public:
    Modules(const LlamaConfig& config, const std::string& dtype) : c_(config), dtype_(dtype) {}

    ModuleTree language_model(bool tied) const {
        ModuleTree made = tree(c_.kind.architecture, linear("lm_head", c_.width, c_.vocabulary, dtype_, Bias::No));
        if (tied) made.ties = {{"model.embed_tokens.weight", "lm_head.weight"}};
        return made;
    }

    ModuleTree classifier(int64_t labels) const {
        return tree(c_.kind.classifier(), linear("score", c_.width, labels, dtype_, Bias::No));
    }

private:
    ModuleTree tree(std::string class_name, Module head) const {
        const std::vector<Module> blocks(static_cast<size_t>(c_.layers), block());
        ModuleTree tree;
        tree.root.class_name = std::move(class_name);
        tree.root.children = {{.name = "model",
                               .class_name = named(c_.kind.text) + "Model",
                               .children = {tokens(), list("layers", blocks), rms_norm("norm", c_.width),
                                            rotary_embedding(named("RotaryEmbedding"), ropes())}},
                              std::move(head)};
        tree.no_split_modules = {named("DecoderLayer")};
        return tree;
    }

    std::string named(const char* what) const { return std::string(c_.kind.prefix) + what; }

    Module rms_norm(std::string name, int64_t width) const {
        return {.name = std::move(name), .class_name = named("RMSNorm"), .parameters = {{"weight", {width}, dtype_}}};
    }

    Module tokens() const {
        Module tokens = embedding("embed_tokens", c_.vocabulary, c_.width, dtype_);
        if (!c_.kind.scaled_embeddings) return tokens;
        tokens.class_name = named("TextScaledWordEmbedding");
        tokens.buffers = {{"embed_scale", {}, "float32", false}};
        return tokens;
    }

    /// Those that some layer has.
    std::vector<const RopeConfig*> ropes() const {
        if (!c_.window_rope) return {&c_.rope};
        std::vector<const RopeConfig*> ropes;
        for (const RopeConfig* rope : {&c_.rope, &*c_.window_rope})
            if (std::any_of(c_.of_layer.begin(), c_.of_layer.end(),
                            [&](const LlamaConfig::Layer& layer) { return c_.rope_of(layer) == rope; }))
                ropes.push_back(rope);
        return ropes;
    }

    Module attention() const {
        const int64_t wide = c_.heads * c_.head_dim, narrow = c_.kv_heads * c_.head_dim;
        if (c_.kind.fused)
            return {.name = "self_attn",
                    .class_name = named("Attention"),
                    .children = {linear("o_proj", wide, c_.width, dtype_, Bias::No),
                                 linear("qkv_proj", c_.width, wide + 2 * narrow, dtype_, Bias::No)}};
        const Bias inputs = c_.qkv_bias ? Bias::Yes : Bias::No, output = c_.output_bias ? Bias::Yes : Bias::No;
        Module attention = {.name = "self_attn",
                            .class_name = named("Attention"),
                            .children = {linear("q_proj", c_.width, wide, dtype_, inputs),
                                         linear("k_proj", c_.width, narrow, dtype_, inputs),
                                         linear("v_proj", c_.width, narrow, dtype_, inputs),
                                         linear("o_proj", wide, c_.width, dtype_, output)}};
        if (c_.kind.normed_heads) {
            attention.children.push_back(rms_norm("q_norm", c_.head_dim));
            attention.children.push_back(rms_norm("k_norm", c_.head_dim));
        }
        return attention;
    }

    Module mlp() const {
        const Bias bias = c_.mlp_bias ? Bias::Yes : Bias::No;
        const Module down_proj = linear("down_proj", c_.mlp_width, c_.width, dtype_, bias);
        Module mlp = plain("mlp", c_.kind.mlp != nullptr ? c_.kind.mlp : named("MLP"));
        if (c_.kind.fused)
            mlp.children = {linear("gate_up_proj", c_.width, 2 * c_.mlp_width, dtype_, bias), down_proj,
                            activation("activation_fn", c_.activation)};
        else
            mlp.children = {linear("gate_proj", c_.width, c_.mlp_width, dtype_, bias),
                            linear("up_proj", c_.width, c_.mlp_width, dtype_, bias), down_proj,
                            activation("act_fn", c_.activation)};
        return mlp;
    }

    Module block() const {
        Module block = plain("", named("DecoderLayer"));
        block.children = {attention(), mlp(), rms_norm("input_layernorm", c_.width),
                          rms_norm("post_attention_layernorm", c_.width)};
        if (c_.kind.normed_outputs)
            for (const char* name : {"pre_feedforward_layernorm", "post_feedforward_layernorm"})
                block.children.push_back(rms_norm(name, c_.width));
        if (c_.kind.fused)
            for (const char* name : {"resid_attn_dropout", "resid_mlp_dropout"})
                block.children.push_back(plain(name, "Dropout"));
        return block;
    }

    const LlamaConfig& c_;
    const std::string dtype_;
};

DecoderShape decoder_of(const LlamaConfig& config) {
    return {.blocks = "model.layers",
            .norm = "model.norm",
            .embeddings = {"model.embed_tokens"},
            .width = config.width,
            .heads = config.heads,
            .kv_heads = config.kv_heads,
            .head_dim = config.head_dim,
            .mlp_width = config.mlp_width,
            .context = config.context,
            // A cap has no fused operator, and the softmax is of float32.
            .score_copies = config.score_cap > 0 ? 4 : 1,
            .logit_copies = config.logit_cap > 0 ? 4 : 1};
}

LlamaConfig config_of(const ModelFiles& model) {
    const Json json = model.config("model");
    const std::string where = model.place_of("model") + "/config.json";
    check_language_model(json, where);
    return {json, where};
}

}  // namespace

ModelDescription describe_llama(const ModelFiles& model, const DescribedShape& shape) {
    const LlamaConfig config = config_of(model);
    const bool tied = !has_own_head(model.tensors("model"), "model.embed_tokens.weight");
    ModelDescription description{
        .shape = shape, .component = "model", .network = Modules(config, shape.dtype).language_model(tied)};
    description.layers = decoder_costs(description.network, decoder_of(config), shape);
    return description;
}

ModelDescription describe_llama_classifier(const ModelFiles& model, const DescribedShape& shape) {
    const LlamaConfig config = config_of(model);
    const int64_t labels = classifier_labels(model, "score");
    ModelDescription description{
        .shape = shape, .component = "model", .network = Modules(config, shape.dtype).classifier(labels)};
    description.layers =
        reading_costs(description.network, reading_decoder(description.network, decoder_of(config), "score"), shape);
    return description;
}

}  // namespace fanlight
