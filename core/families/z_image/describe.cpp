#include "core/families/z_image/describe.h"

#include <algorithm>

#include "core/families/parts/component_costs.h"
#include "core/families/parts/llama_config.h"
#include "core/families/parts/picture_decoder_costs.h"
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

/// Rows are computed one after the other. Counts a multiplication and an addition as two operations.
class Counter {
public:
    Counter(const ZImageConfig& config, const ModuleTree& tree, const DescribedShape& shape, int64_t picture,
            int64_t caption)
        : c_(config),
          tree_(tree),
          sizes_(compute_module_sizes(tree)),
          rows_(static_cast<double>(shape.batch_size) * (shape.guided ? 2 : 1)),
          element_(dtype_byte_size(shape.dtype)),
          picture_(static_cast<double>(filled(picture))),
          caption_(static_cast<double>(filled(caption))) {}

    std::vector<LayerDescription> layers() const {
        const std::string embedder = "all_x_embedder." + std::to_string(ZImageConfig::patch) + "-1",
                          last = "all_final_layer." + std::to_string(ZImageConfig::patch) + "-1";
        const double latents = static_cast<double>(c_.patch_width()) * picture_;
        std::vector<LayerDescription> layers = {layer("t_embedder", 1, 0, latents),
                                                layer("cap_embedder", caption_, 0, latents + caption_ * width())};
        for (int64_t i = 0; i < c_.refiner_layers; ++i)
            layers.push_back(
                layer("context_refiner." + std::to_string(i), caption_, caption_, latents + caption_ * width()));
        const double both = (picture_ + caption_) * width();
        layers.push_back(layer(embedder, picture_, 0, both));
        for (int64_t i = 0; i < c_.refiner_layers; ++i)
            layers.push_back(layer("noise_refiner." + std::to_string(i), picture_, picture_, both));
        for (int64_t i = 0; i < c_.layers; ++i)
            layers.push_back(layer("layers." + std::to_string(i), picture_ + caption_, picture_ + caption_, both));
        layers.push_back(layer(last, picture_, 0, latents));
        return layers;
    }

private:
    double width() const { return static_cast<double>(c_.width); }

    /// `tokens`: of a row, that pass through its products; `attended`: that each of them sees; `passed`: numbers of a
    /// row that are passed on.
    LayerDescription layer(const std::string& name, double tokens, double attended, double passed) const {
        const Module* module = find_module(tree_, name);
        if (module == nullptr) throw Error("The layer %1 is not a module of the network", name);
        const double inner = attended > 0 ? 6 * width() + 3 * static_cast<double>(c_.mlp_width()) : 2 * width();
        return {.name = name,
                .bytes = whole_bytes(sizes_.of(name)),
                .flops = rows_ * tokens * (2 * weights_below(*module) + 4 * width() * attended),
                .state_bytes = whole_bytes(rows_ * passed * element_),
                .working_bytes = whole_bytes((2 * rows_ * passed + tokens * inner) * element_)};
    }

    const ZImageConfig& c_;
    const ModuleTree& tree_;
    const SizeMap sizes_;
    const double rows_, element_, picture_, caption_;
};

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
    description.layers = Counter(config, description.network, shape, picture, z_image_usual_caption).layers();
    description.text_encoder = text_encoder_costs(model.tensors("text_encoder"), shape, z_image_wrap().max_length);
    const int64_t patch = ZImageConfig::patch;
    description.decoder = picture_decoder_costs(model, shape, shape.height / side * patch, shape.width / side * patch);
    description.mapped_bytes = mapped_bytes(model, model.tensors("text_encoder"), shape);
    description.embedding_bytes = whole_bytes(static_cast<double>(z_image_wrap().max_length * config.text_width) *
                                              static_cast<double>(dtype_byte_size(shape.dtype)));
    return description;
}

}  // namespace fanlight
