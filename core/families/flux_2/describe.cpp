#include "core/families/flux_2/describe.h"

#include "core/families/flux_2/config.h"
#include "core/families/flux_2/prompts.h"
#include "core/families/parts/component_costs.h"
#include "core/families/parts/llama_config.h"
#include "core/families/parts/picture_decoder_costs.h"
#include "core/families/parts/token_layer_costs.h"
#include "core/families/parts/torch_modules.h"

namespace fanlight {

namespace {

using namespace torch_modules;

/// The network as diffusers registers it. Nothing has a bias.
class Modules {
public:
    Modules(const Flux2Config& config, const std::string& dtype) : c_(config), width_(config.width()), dtype_(dtype) {}

    ModuleTree tree() const {
        ModuleTree tree{.no_split_modules = {"Flux2SingleTransformerBlock", "Flux2TransformerBlock"}};
        tree.root.class_name = "Flux2Transformer2DModel";
        tree.root.children = {
            plain("pos_embed", "Flux2PosEmbed"),
            time_embedding(),
            modulation("double_stream_modulation_img", 2),
            modulation("double_stream_modulation_txt", 2),
            modulation("single_stream_modulation", 1),
            projection("x_embedder", c_.channels, width_),
            projection("context_embedder", c_.text_width, width_),
            blocks("transformer_blocks", c_.layers, double_block()),
            blocks("single_transformer_blocks", c_.single_layers, single_block()),
            {.name = "norm_out",
             .class_name = "AdaLayerNormContinuous",
             .children = {plain("silu", "SiLU"), projection("linear", width_, 2 * width_), plain("norm", "LayerNorm")}},
            projection("proj_out", width_, c_.channels)};
        return tree;
    }

private:
    Module projection(const std::string& name, int64_t in, int64_t out) const {
        return linear(name, in, out, dtype_, Bias::No);
    }

    Module time_embedding() const {
        return {.name = "time_guidance_embed",
                .class_name = "Flux2TimestepGuidanceEmbeddings",
                .children = {plain("time_proj", "Timesteps"),
                             {.name = "timestep_embedder",
                              .class_name = "TimestepEmbedding",
                              .children = {projection("linear_1", c_.sinusoids, width_), plain("act", "SiLU"),
                                           projection("linear_2", width_, width_)}}}};
    }

    Module modulation(const std::string& name, int64_t parts) const {
        return {.name = name,
                .class_name = "Flux2Modulation",
                .children = {projection("linear", width_, 3 * parts * width_), plain("act_fn", "SiLU")}};
    }

    Module rms(const std::string& name) const {
        return {.name = name, .class_name = "RMSNorm", .parameters = {{"weight", {c_.head_dim}, dtype_}}};
    }

    static Module swiglu(const std::string& name) {
        return {.name = name, .class_name = "Flux2SwiGLU", .children = {plain("gate_fn", "SiLU")}};
    }

    Module feed_forward(const std::string& name) const {
        return {.name = name,
                .class_name = "Flux2FeedForward",
                .children = {projection("linear_in", width_, 2 * c_.mlp_width), swiglu("act_fn"),
                             projection("linear_out", c_.mlp_width, width_)}};
    }

    Module joint_attention() const {
        const auto own = [&](const char* name) { return projection(name, width_, width_); };
        return {.name = "attn",
                .class_name = "Flux2Attention",
                .children = {own("to_q"), own("to_k"), own("to_v"), rms("norm_q"), rms("norm_k"),
                             list("to_out", {own(""), plain("", "Dropout")}), rms("norm_added_q"), rms("norm_added_k"),
                             own("add_q_proj"), own("add_k_proj"), own("add_v_proj"), own("to_add_out")}};
    }

    Module double_block() const {
        Module block = plain("", "Flux2TransformerBlock");
        block.children = {plain("norm1", "LayerNorm"), plain("norm1_context", "LayerNorm"),
                          joint_attention(),           plain("norm2", "LayerNorm"),
                          feed_forward("ff"),          plain("norm2_context", "LayerNorm"),
                          feed_forward("ff_context")};
        return block;
    }

    Module single_block() const {
        Module block = plain("", "Flux2SingleTransformerBlock");
        block.children = {
            plain("norm", "LayerNorm"),
            {.name = "attn",
             .class_name = "Flux2ParallelSelfAttention",
             .children = {projection("to_qkv_mlp_proj", width_, 3 * width_ + 2 * c_.mlp_width), swiglu("mlp_act_fn"),
                          rms("norm_q"), rms("norm_k"), projection("to_out", width_ + c_.mlp_width, width_)}}};
        return block;
    }

    static Module blocks(const std::string& name, int64_t count, const Module& block) {
        return list(name, std::vector<Module>(static_cast<size_t>(count), block));
    }

    const Flux2Config& c_;
    const int64_t width_;
    const std::string dtype_;
};

std::vector<LayerDescription> layers_of(const Flux2Config& config, const ModuleTree& network,
                                        const DescribedShape& shape, int64_t tokens) {
    const TokenLayerCosts costs(network, shape, config.width(), config.mlp_width);
    const auto picture = static_cast<double>(tokens), text = static_cast<double>(flux_2_wrap().max_length),
               width = static_cast<double>(config.width());
    const double latents = static_cast<double>(config.channels) * picture, of_picture = picture * width,
                 of_both = (picture + text) * width;
    std::vector<LayerDescription> layers = {costs.of_all("time_guidance_embed", 1, latents),
                                            costs.of_all("double_stream_modulation_img", 1, latents),
                                            costs.of_all("double_stream_modulation_txt", 1, latents),
                                            costs.of_all("single_stream_modulation", 1, latents),
                                            costs.of_all("x_embedder", picture, of_picture),
                                            costs.of_all("context_embedder", text, of_both)};
    // Each stream has half of a double block's weights.
    const auto add = [&](const std::string& list, int64_t count, double share) {
        for (int64_t i = 0; i < count; ++i) {
            const std::string name = list + "." + std::to_string(i);
            layers.push_back(costs.of({.name = name,
                                       .tokens = picture + text,
                                       .passed = of_both,
                                       .weights = share * costs.weights_of(name),
                                       .is_block = true}));
        }
    };
    add("transformer_blocks", config.layers, 0.5);
    add("single_transformer_blocks", config.single_layers, 1);
    layers.push_back(costs.of_all("norm_out", 1, of_picture));
    layers.push_back(costs.of_all("proj_out", picture, latents));
    return layers;
}

/// Throws Error for an encoder that is not the network's.
void check_text_encoder(const ModelFiles& model, const Flux2Config& config) {
    const std::string file = model.place_of("text_encoder") + "/config.json";
    const LlamaConfig encoder(model.config("text_encoder"), file);
    if (const int64_t last = flux_2_states().back(); encoder.layers < last)
        throw Error("%1: the text encoder has %2 layers and the network sees what layer %3 gives", file, encoder.layers,
                    last);
    if (const int64_t width = encoder.width * std::ssize(flux_2_states()); width != config.text_width)
        throw Error("%1: the text encoder gives tokens of %2 numbers and the network expects %3", file, width,
                    config.text_width);
}

}  // namespace

ModelDescription describe_flux_2(const ModelFiles& model, const DescribedShape& shape) {
    const Flux2Config config(model.config("transformer"));
    const int64_t side = latent_factor(model), height = shape.height / side, width = shape.width / side;
    if (height < 1 || width < 1 || shape.height % side != 0 || shape.width % side != 0)
        throw Error("Width and height must be multiples of %1 for this model, not %2x%3", side, shape.width,
                    shape.height);
    model.tensors("transformer");  // refuses a model without its network
    check_text_encoder(model, config);

    ModelDescription description{
        .shape = shape, .component = "transformer", .network = Modules(config, shape.dtype).tree()};
    description.layers = layers_of(config, description.network, shape, height * width);
    const StoredTensors encoder = of_first_layers(model.tensors("text_encoder"), flux_2_states().back());
    description.text_encoder = text_encoder_costs(encoder, shape, flux_2_wrap().max_length);
    description.decoder = picture_decoder_costs(model, shape, height, width);
    description.mapped_bytes = mapped_bytes(model, {encoder}, shape);
    description.embedding_bytes = whole_bytes(static_cast<double>(flux_2_wrap().max_length * config.text_width) *
                                              static_cast<double>(dtype_byte_size(shape.dtype)));
    return description;
}

}  // namespace fanlight
