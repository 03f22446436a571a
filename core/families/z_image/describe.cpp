#include "core/families/z_image/describe.h"

#include <algorithm>

#include "core/families/parts/component_costs.h"
#include "core/families/parts/llama_config.h"
#include "core/families/parts/picture_decoder_costs.h"
#include "core/families/parts/token_layer_costs.h"
#include "core/families/parts/torch_modules.h"
#include "core/families/z_image/config.h"
#include "core/families/z_image/prompts.h"

namespace fanlight {

namespace {

using namespace torch_modules;

/// The network as diffusers registers it.
class Modules {
public:
    Modules(const ZImageConfig& config, const std::string& dtype) : c_(config), dtype_(dtype) {}

    ModuleTree tree() const {
        ModuleTree tree{.no_split_modules = {"ZImageTransformerBlock"}};
        tree.root.class_name = "ZImageTransformer2DModel";
        for (const char* name : {"x_pad_token", "cap_pad_token"})
            tree.root.parameters.push_back({name, {1, c_.width}, dtype_});
        const std::string key = std::to_string(ZImageConfig::patch) + "-1";
        tree.root.children = {
            {.name = "all_x_embedder",
             .class_name = "ModuleDict",
             .children = {linear(key, c_.patch_width(), c_.width, dtype_)}},
            {.name = "all_final_layer", .class_name = "ModuleDict", .children = {final_layer(key)}},
            blocks("noise_refiner", c_.refiner_layers, true),
            blocks("context_refiner", c_.refiner_layers, false),
            {.name = "t_embedder",
             .class_name = "TimestepEmbedder",
             .children = {sequential(
                 "mlp", {linear("", ZImageConfig::sinusoids, ZImageConfig::time_mid_width, dtype_), plain("", "SiLU"),
                         linear("", ZImageConfig::time_mid_width, c_.time_width(), dtype_)})}},
            sequential("cap_embedder", {rms("", c_.text_width), linear("", c_.text_width, c_.width, dtype_)}),
            blocks("layers", c_.layers, true)};
        return tree;
    }

private:
    Module rms(std::string name, int64_t width) const {
        return {.name = std::move(name), .class_name = "RMSNorm", .parameters = {{"weight", {width}, dtype_}}};
    }

    Module final_layer(const std::string& name) const {
        return {.name = name,
                .class_name = "FinalLayer",
                .children = {plain("norm_final", "LayerNorm"), linear("linear", c_.width, c_.patch_width(), dtype_),
                             sequential("adaLN_modulation",
                                        {plain("", "SiLU"), linear("", c_.time_width(), c_.width, dtype_)})}};
    }

    Module attention() const {
        const auto projection = [&](const char* name) { return linear(name, c_.width, c_.width, dtype_, Bias::No); };
        return {
            .name = "attention",
            .class_name = "Attention",
            .children = {rms("norm_q", c_.head_dim), rms("norm_k", c_.head_dim), projection("to_q"), projection("to_k"),
                         projection("to_v"), list("to_out", {projection(""), plain("", "Dropout")})}};
    }

    Module block(bool modulated) const {
        Module block = plain("", "ZImageTransformerBlock");
        block.children = {attention(),
                          {.name = "feed_forward",
                           .class_name = "FeedForward",
                           .children = {linear("w1", c_.width, c_.mlp_width(), dtype_, Bias::No),
                                        linear("w2", c_.mlp_width(), c_.width, dtype_, Bias::No),
                                        linear("w3", c_.width, c_.mlp_width(), dtype_, Bias::No)}}};
        for (const char* name : {"attention_norm1", "ffn_norm1", "attention_norm2", "ffn_norm2"})
            block.children.push_back(rms(name, c_.width));
        if (modulated)
            block.children.push_back(
                sequential("adaLN_modulation", {linear("", c_.time_width(), 4 * c_.width, dtype_)}));
        return block;
    }

    Module blocks(const std::string& name, int64_t count, bool modulated) const {
        return list(name, std::vector<Module>(static_cast<size_t>(count), block(modulated)));
    }

    const ZImageConfig& c_;
    const std::string dtype_;
};

std::vector<LayerDescription> layers_of(const ZImageConfig& config, const ModuleTree& network,
                                        const DescribedShape& shape, int64_t picture_tokens) {
    const std::string embedder = "all_x_embedder." + std::to_string(ZImageConfig::patch) + "-1",
                      last = "all_final_layer." + std::to_string(ZImageConfig::patch) + "-1";
    const TokenLayerCosts costs(network, shape, config.width, config.mlp_width());
    const auto picture = static_cast<double>(filled(picture_tokens)),
               caption = static_cast<double>(filled(z_image_usual_caption)), width = static_cast<double>(config.width);
    const double latents = static_cast<double>(config.patch_width()) * picture, captions = latents + caption * width,
                 both = (picture + caption) * width;
    std::vector<LayerDescription> layers = {costs.of_all("t_embedder", 1, latents),
                                            costs.of_all("cap_embedder", caption, captions)};
    const auto add = [&](const std::string& list, int64_t count, double tokens, double passed) {
        for (int64_t i = 0; i < count; ++i) {
            const std::string name = list + "." + std::to_string(i);
            layers.push_back(costs.of({.name = name,
                                       .tokens = tokens,
                                       .passed = passed,
                                       .weights = costs.weights_of(name),
                                       .is_block = true}));
        }
    };
    add("context_refiner", config.refiner_layers, caption, captions);
    layers.push_back(costs.of_all(embedder, picture, both));
    add("noise_refiner", config.refiner_layers, picture, both);
    add("layers", config.layers, picture + caption, both);
    layers.push_back(costs.of_all(last, picture, latents));
    return layers;
}

}  // namespace

ModelDescription describe_z_image(const ModelFiles& model, const DescribedShape& shape) {
    const ZImageConfig config(model.config("transformer"));
    const int64_t side = latent_factor(model) * ZImageConfig::patch;
    if (shape.height < side || shape.width < side || shape.height % side != 0 || shape.width % side != 0)
        throw Error("Width and height must be multiples of %1 for this model, not %2x%3", side, shape.width,
                    shape.height);
    model.tensors("transformer");  // refuses a model without its network
    const std::string encoder_file = model.place_of("text_encoder") + "/config.json";
    if (const int64_t width = LlamaConfig(model.config("text_encoder"), encoder_file).width; width != config.text_width)
        throw Error("%1: the text encoder gives tokens of %2 numbers and the network expects %3", encoder_file, width,
                    config.text_width);

    ModelDescription description{
        .shape = shape, .component = "transformer", .network = Modules(config, shape.dtype).tree()};
    const int64_t picture = (shape.height / side) * (shape.width / side);
    description.layers = layers_of(config, description.network, shape, picture);
    description.text_encoder = text_encoder_costs(model.tensors("text_encoder"), shape, z_image_wrap().max_length);
    const int64_t patch = ZImageConfig::patch;
    description.decoder = picture_decoder_costs(model, shape, shape.height / side * patch, shape.width / side * patch);
    description.mapped_bytes = mapped_bytes(model, {model.tensors("text_encoder")}, shape);
    description.embedding_bytes = whole_bytes(static_cast<double>(z_image_wrap().max_length * config.text_width) *
                                              static_cast<double>(dtype_byte_size(shape.dtype)));
    return description;
}

}  // namespace fanlight
