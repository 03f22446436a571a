#include "core/families/flux_1/describe.h"

#include <algorithm>

#include "core/families/flux_1/config.h"
#include "core/families/flux_1/prompts.h"
#include "core/families/parts/component_costs.h"
#include "core/families/parts/picture_decoder_costs.h"
#include "core/families/parts/t5_config.h"
#include "core/families/parts/token_layer_costs.h"
#include "core/families/parts/torch_modules.h"

namespace fanlight {

namespace {

using namespace torch_modules;

/// The network as diffusers registers it.
class Modules {
public:
    Modules(const Flux1Config& config, const std::string& dtype) : c_(config), width_(config.width()), dtype_(dtype) {}

    ModuleTree tree() const {
        ModuleTree tree{.no_split_modules = {"FluxSingleTransformerBlock", "FluxTransformerBlock"}};
        tree.root.class_name = "FluxTransformer2DModel";
        tree.root.children = {plain("pos_embed", "FluxPosEmbed"),
                              whole_embedding(),
                              projection("context_embedder", c_.text_width, width_),
                              projection("x_embedder", c_.token(), width_),
                              blocks("transformer_blocks", c_.layers, double_block()),
                              blocks("single_transformer_blocks", c_.single_layers, single_block()),
                              modulation("norm_out", "AdaLayerNormContinuous", 2),
                              projection("proj_out", width_, c_.token())};
        return tree;
    }

private:
    Module projection(const std::string& name, int64_t in, int64_t out) const { return linear(name, in, out, dtype_); }

    Module embedder(const std::string& name, const char* class_name, const char* act, int64_t in) const {
        return {.name = name,
                .class_name = class_name,
                .children = {projection("linear_1", in, width_), plain(act, "SiLU"),
                             projection("linear_2", width_, width_)}};
    }

    Module whole_embedding() const {
        Module module = plain("time_text_embed", c_.takes_guidance ? "CombinedTimestepGuidanceTextProjEmbeddings"
                                                                   : "CombinedTimestepTextProjEmbeddings");
        module.children = {plain("time_proj", "Timesteps")};
        const auto of_number = [&](const char* name) {
            module.children.push_back(embedder(name, "TimestepEmbedding", "act", Flux1Config::sinusoids));
        };
        of_number("timestep_embedder");
        if (c_.takes_guidance) of_number("guidance_embedder");
        module.children.push_back(embedder("text_embedder", "PixArtAlphaTextProjection", "act_1", c_.pooled_width));
        return module;
    }

    Module modulation(const std::string& name, const char* class_name, int64_t numbers) const {
        return {.name = name,
                .class_name = class_name,
                .children = {plain("silu", "SiLU"), projection("linear", width_, numbers * width_),
                             plain("norm", "LayerNorm")}};
    }

    Module rms(const std::string& name) const {
        return {.name = name, .class_name = "RMSNorm", .parameters = {{"weight", {c_.head_dim}, dtype_}}};
    }

    std::vector<Module> attention() const {
        std::vector<Module> parts = {rms("norm_q"), rms("norm_k")};
        for (const char* name : {"to_q", "to_k", "to_v"}) parts.push_back(projection(name, width_, width_));
        return parts;
    }

    Module joint_attention() const {
        Module module{.name = "attn", .class_name = "FluxAttention", .children = attention()};
        module.children.push_back(list("to_out", {projection("", width_, width_), plain("", "Dropout")}));
        for (const char* name : {"norm_added_q", "norm_added_k"}) module.children.push_back(rms(name));
        for (const char* name : {"add_q_proj", "add_k_proj", "add_v_proj", "to_add_out"})
            module.children.push_back(projection(name, width_, width_));
        return module;
    }

    Module feed_forward(const std::string& name) const {
        const Module gelu{.class_name = "GELU", .children = {projection("proj", width_, c_.mlp_width())}};
        return {.name = name,
                .class_name = "FeedForward",
                .children = {list("net", {gelu, plain("", "Dropout"), projection("", c_.mlp_width(), width_)})}};
    }

    Module double_block() const {
        Module block = plain("", "FluxTransformerBlock");
        block.children = {modulation("norm1", "AdaLayerNormZero", 6),
                          modulation("norm1_context", "AdaLayerNormZero", 6),
                          joint_attention(),
                          plain("norm2", "LayerNorm"),
                          feed_forward("ff"),
                          plain("norm2_context", "LayerNorm"),
                          feed_forward("ff_context")};
        return block;
    }

    Module single_block() const {
        Module block = plain("", "FluxSingleTransformerBlock");
        block.children = {modulation("norm", "AdaLayerNormZeroSingle", 3),
                          projection("proj_mlp", width_, c_.mlp_width()),
                          plain("act_mlp", "GELU"),
                          projection("proj_out", width_ + c_.mlp_width(), width_),
                          {.name = "attn", .class_name = "FluxAttention", .children = attention()}};
        return block;
    }

    static Module blocks(const std::string& name, int64_t count, const Module& block) {
        return list(name, std::vector<Module>(static_cast<size_t>(count), block));
    }

    const Flux1Config& c_;
    const int64_t width_;
    const std::string dtype_;
};

std::vector<LayerDescription> layers_of(const Flux1Config& config, const ModuleTree& network,
                                        const DescribedShape& shape, int64_t tokens) {
    const TokenLayerCosts costs(network, shape, config.width(), config.mlp_width());
    const auto picture = static_cast<double>(tokens), text = static_cast<double>(flux_1_wrap().max_length),
               width = static_cast<double>(config.width());
    const double latents = static_cast<double>(config.token()) * picture, of_picture = picture * width,
                 of_both = (picture + text) * width;
    std::vector<LayerDescription> layers = {costs.of_all("time_text_embed", 1, latents),
                                            costs.of_all("context_embedder", text, latents + text * width),
                                            costs.of_all("x_embedder", picture, of_both)};
    // Each stream has half of a double block's weights, and modulations are made once for all tokens.
    const auto add = [&](const std::string& list, int64_t count, const std::vector<std::string>& norms, double share) {
        for (int64_t i = 0; i < count; ++i) {
            const std::string name = list + "." + std::to_string(i);
            double once = 0;
            for (const std::string& norm : norms) once += costs.weights_of(name + "." + norm);
            layers.push_back(costs.of({.name = name,
                                       .tokens = picture + text,
                                       .passed = of_both,
                                       .weights = share * (costs.weights_of(name) - once),
                                       .is_block = true,
                                       .row_weights = once}));
        }
    };
    add("transformer_blocks", config.layers, {"norm1", "norm1_context"}, 0.5);
    add("single_transformer_blocks", config.single_layers, {"norm"}, 1);
    layers.push_back(costs.of_all("norm_out", 1, of_picture));
    layers.push_back(costs.of_all("proj_out", picture, latents));
    return layers;
}

/// Throws Error for encoders that are not the network's.
void check_text_encoders(const ModelFiles& model, const Flux1Config& config) {
    const std::string t5_file = model.place_of("text_encoder_2") + "/config.json",
                      clip_file = model.place_of("text_encoder") + "/config.json";
    if (const int64_t width = T5Config(model.config("text_encoder_2"), t5_file).width; width != config.text_width)
        throw Error("%1: the text encoder gives tokens of %2 numbers and the network expects %3", t5_file, width,
                    config.text_width);
    if (const int64_t width = ClipConfig(model.config("text_encoder"), clip_file).width; width != config.pooled_width)
        throw Error("%1: the text encoder reads a text as %2 numbers and the network expects %3", clip_file, width,
                    config.pooled_width);
}

/// Of both, which lie beside each other.
PartDescription text_encoders_costs(const ModelFiles& model, const DescribedShape& shape) {
    DescribedShape whole = shape;
    whole.packed = false;  // CLIP is loaded as a whole
    const int64_t clip_tokens = clip_config(model, flux_1_clip()).positions;
    const PartDescription clip = text_encoder_costs(model.tensors("text_encoder"), whole, clip_tokens),
                          t5 = text_encoder_costs(model.tensors("text_encoder_2"), shape, flux_1_wrap().max_length);
    return {.bytes = clip.bytes + t5.bytes,
            .flops = clip.flops + t5.flops,
            .working_bytes = std::max(clip.working_bytes, t5.working_bytes)};
}

}  // namespace

ModelDescription describe_flux_1(const ModelFiles& model, const DescribedShape& shape) {
    const Flux1Config config(model.config("transformer"));
    const int64_t patch = Flux1Config::patch, side = latent_factor(model) * patch;
    if (shape.height < side || shape.width < side || shape.height % side != 0 || shape.width % side != 0)
        throw Error("Width and height must be multiples of %1 for this model, not %2x%3", side, shape.width,
                    shape.height);
    model.tensors("transformer");  // refuses a model without its network
    check_text_encoders(model, config);

    ModelDescription description{
        .shape = shape, .component = "transformer", .network = Modules(config, shape.dtype).tree()};
    const int64_t height = shape.height / side, width = shape.width / side;
    description.layers = layers_of(config, description.network, shape, height * width);
    description.text_encoder = text_encoders_costs(model, shape);
    description.decoder = picture_decoder_costs(model, shape, height * patch, width * patch);
    description.mapped_bytes =
        mapped_bytes(model, {model.tensors("text_encoder"), model.tensors("text_encoder_2")}, shape);
    description.embedding_bytes =
        whole_bytes(static_cast<double>(flux_1_wrap().max_length * config.text_width + config.pooled_width) *
                    static_cast<double>(dtype_byte_size(shape.dtype)));
    return description;
}

}  // namespace fanlight
