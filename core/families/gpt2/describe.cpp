#include "core/families/gpt2/describe.h"

#include "core/families/parts/decoder_costs.h"
#include "core/families/parts/gpt2_config.h"
#include "core/families/parts/language_model.h"
#include "core/families/parts/reading_costs.h"
#include "core/families/parts/torch_modules.h"

namespace fanlight {

namespace {

using namespace torch_modules;

/// transformers' linear layer with a transposed weight.
Module conv1d(std::string name, int64_t in, int64_t out, const std::string& dtype) {
    return {.name = std::move(name),
            .class_name = "Conv1D",
            .parameters = {{"weight", {in, out}, dtype}, {"bias", {out}, dtype}}};
}

Module block(const GPT2Config& c, const std::string& dtype) {
    return {
        .class_name = "GPT2Block",
        .children = {
            norm("ln_1", "LayerNorm", c.width, dtype),
            {.name = "attn",
             .class_name = "GPT2Attention",
             .children = {conv1d("c_attn", c.width, 3 * c.width, dtype), conv1d("c_proj", c.width, c.width, dtype),
                          plain("attn_dropout", "Dropout"), plain("resid_dropout", "Dropout")}},
            norm("ln_2", "LayerNorm", c.width, dtype),
            {.name = "mlp",
             .class_name = "GPT2MLP",
             .children = {conv1d("c_fc", c.width, c.mlp_width, dtype), conv1d("c_proj", c.mlp_width, c.width, dtype),
                          plain("act", "NewGELUActivation"), plain("dropout", "Dropout")}}}};
}

ModuleTree modules(const GPT2Config& c, const std::string& dtype, std::string class_name, Module head) {
    const std::vector<Module> blocks(static_cast<size_t>(c.layers), block(c, dtype));
    ModuleTree tree;
    tree.root.class_name = std::move(class_name);
    tree.root.children = {
        {.name = "transformer",
         .class_name = "GPT2Model",
         .children = {embedding("wte", c.vocabulary, c.width, dtype), embedding("wpe", c.context, c.width, dtype),
                      plain("drop", "Dropout"), list("h", blocks), norm("ln_f", "LayerNorm", c.width, dtype)}},
        std::move(head)};
    tree.no_split_modules = {"GPT2Block"};
    return tree;
}

DecoderShape decoder_of(const GPT2Config& config) {
    return {.blocks = "transformer.h",
            .norm = "transformer.ln_f",
            .embeddings = {"transformer.wte", "transformer.wpe"},
            .width = config.width,
            .heads = config.heads,
            .kv_heads = config.heads,
            .head_dim = config.head_dim(),
            .mlp_width = config.mlp_width,
            .context = config.context};
}

GPT2Config config_of(const ModelFiles& model) {
    const Json json = model.config("model");
    const std::string where = model.place_of("model") + "/config.json";
    check_language_model(json, where);
    return {json, where};
}

}  // namespace

ModelDescription describe_gpt2(const ModelFiles& model, const DescribedShape& shape) {
    const GPT2Config config = config_of(model);
    ModelDescription description{
        .shape = shape,
        .component = "model",
        .network = modules(config, shape.dtype, "GPT2LMHeadModel",
                           linear("lm_head", config.width, config.vocabulary, shape.dtype, Bias::No))};
    if (!has_own_head(model.tensors("model"), "transformer.wte.weight"))
        description.network.ties = {{"transformer.wte.weight", "lm_head.weight"}};
    description.layers = decoder_costs(description.network, decoder_of(config), shape);
    return description;
}

ModelDescription describe_gpt2_classifier(const ModelFiles& model, const DescribedShape& shape) {
    const GPT2Config config = config_of(model);
    const int64_t labels = classifier_labels(model, "score");
    ModelDescription description{.shape = shape,
                                 .component = "model",
                                 .network = modules(config, shape.dtype, "GPT2ForSequenceClassification",
                                                    linear("score", config.width, labels, shape.dtype, Bias::No))};
    description.layers =
        reading_costs(description.network, reading_decoder(description.network, decoder_of(config), "score"), shape);
    return description;
}

}  // namespace fanlight
