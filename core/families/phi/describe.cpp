#include "core/families/phi/describe.h"

#include "core/families/parts/decoder_costs.h"
#include "core/families/parts/language_model.h"
#include "core/families/parts/phi_config.h"
#include "core/families/parts/torch_modules.h"

namespace fanlight {

namespace {

using namespace torch_modules;

Module attention(const PhiConfig& c, const std::string& dtype) {
    const int64_t wide = c.heads * c.head_dim, narrow = c.kv_heads * c.head_dim;
    Module attention = {.name = "self_attn",
                        .class_name = "PhiAttention",
                        .children = {linear("q_proj", c.width, wide, dtype), linear("k_proj", c.width, narrow, dtype),
                                     linear("v_proj", c.width, narrow, dtype), linear("dense", wide, c.width, dtype)}};
    if (c.normed_heads)
        for (const char* name : {"q_layernorm", "k_layernorm"})
            attention.children.push_back(norm(name, "LayerNorm", c.head_dim, dtype));
    return attention;
}

Module block(const PhiConfig& c, const std::string& dtype) {
    return {.class_name = "PhiDecoderLayer",
            .children = {
                attention(c, dtype),
                {.name = "mlp",
                 .class_name = "PhiMLP",
                 .children = {activation("activation_fn", c.activation), linear("fc1", c.width, c.mlp_width, dtype),
                              linear("fc2", c.mlp_width, c.width, dtype)}},
                norm("input_layernorm", "LayerNorm", c.width, dtype),
                plain("resid_dropout", "Dropout")}};
}

ModuleTree modules(const PhiConfig& c, const std::string& dtype) {
    const std::vector<Module> blocks(static_cast<size_t>(c.layers), block(c, dtype));
    ModuleTree tree;
    tree.root.class_name = "PhiForCausalLM";
    tree.root.children = {
        {.name = "model",
         .class_name = "PhiModel",
         .children = {embedding("embed_tokens", c.vocabulary, c.width, dtype), list("layers", blocks),
                      rotary_embedding("PhiRotaryEmbedding", {&c.rope}), plain("embed_dropout", "Dropout"),
                      norm("final_layernorm", "LayerNorm", c.width, dtype)}},
        linear("lm_head", c.width, c.vocabulary, dtype)};
    tree.no_split_modules = {"PhiDecoderLayer"};
    return tree;
}

}  // namespace

ModelDescription describe_phi(const ModelFiles& model, const DescribedShape& shape) {
    const Json json = model.config("model");
    const std::string where = model.place_of("model") + "/config.json";
    check_language_model(json, where);
    const PhiConfig config(json, where);
    ModelDescription description{.shape = shape, .component = "model", .network = modules(config, shape.dtype)};
    if (!has_own_head(model.tensors("model"), "model.embed_tokens.weight"))
        description.network.ties = {{"model.embed_tokens.weight", "lm_head.weight"}};
    description.layers = decoder_costs(description.network,
                                       {.blocks = "model.layers",
                                        .norm = "model.final_layernorm",
                                        .embeddings = {"model.embed_tokens"},
                                        .width = config.width,
                                        .heads = config.heads,
                                        .kv_heads = config.kv_heads,
                                        .head_dim = config.head_dim,
                                        .mlp_width = config.mlp_width,
                                        .context = config.context},
                                       shape);
    return description;
}

}  // namespace fanlight
