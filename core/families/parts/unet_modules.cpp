#include "core/families/parts/unet_modules.h"

#include <map>

#include "core/families/parts/torch_modules.h"

namespace fanlight {

namespace {

using namespace torch_modules;
using Block = UNetConfig::Block;

std::string act_class(const std::string& act) {
    static const std::map<std::string, std::string> classes = {
        {"silu", "SiLU"}, {"swish", "SiLU"}, {"mish", "Mish"}, {"gelu", "GELU"}, {"relu", "ReLU"}};
    const auto found = classes.find(act);
    if (found == classes.end()) throw Error("unet/config.json: the activation %1 is not known", in_quotes(act));
    return found->second;
}

/// The modules that diffusers makes for each kind of layer.
class LayerModules {
public:
    LayerModules(std::string act, const std::string& dtype) : act_(std::move(act)), dtype_(dtype) {}

    Module operator()(const unet::TimeEmbedding& embedding) const {
        Module module{.class_name = "TimestepEmbedding"};
        module.children.push_back(linear("linear_1", embedding.width, embedding.time_width, dtype_));
        if (embedding.guidance_width > 0)
            module.children.push_back(linear("cond_proj", embedding.guidance_width, embedding.width, dtype_, Bias::No));
        module.children.push_back(plain("act", act_));
        module.children.push_back(linear("linear_2", embedding.time_width, embedding.time_width, dtype_));
        return module;
    }

    /// Its activation is always the same.
    Module operator()(const unet::AddedEmbedding& embedding) const {
        return {.class_name = "TimestepEmbedding",
                .children = {linear("linear_1", embedding.width, embedding.time_width, dtype_), plain("act", "SiLU"),
                             linear("linear_2", embedding.time_width, embedding.time_width, dtype_)}};
    }

    Module operator()(const unet::Convolution& c) const {
        return conv("", c.in_channels, c.out_channels, c.kernel, dtype_);
    }

    Module operator()(const unet::ResidualBlock& block) const {
        const int64_t in = block.in_channels, out = block.out_channels;
        Module module{.class_name = "ResnetBlock2D"};
        module.children = {norm("norm1", "GroupNorm", in, dtype_),
                           conv("conv1", in, out, 3, dtype_),
                           linear("time_emb_proj", block.time_width, block.scale_shift ? 2 * out : out, dtype_),
                           norm("norm2", "GroupNorm", out, dtype_),
                           plain("dropout", "Dropout"),
                           conv("conv2", out, out, 3, dtype_),
                           plain("nonlinearity", act_)};
        if (in != out) module.children.push_back(conv("conv_shortcut", in, out, 1, dtype_));
        return module;
    }

    Module operator()(const unet::Transformer& t) const {
        const int64_t inner = t.heads * t.head_dim;
        const auto projection = [&](const char* name, int64_t in, int64_t out) {
            return t.linear_projection ? linear(name, in, out, dtype_) : conv(name, in, out, 1, dtype_);
        };
        const Module block{
            .class_name = "BasicTransformerBlock",
            .children = {norm("norm1", "LayerNorm", inner, dtype_),
                         attention("attn1", inner, t.only_cross_attention ? t.context_dim : inner),
                         norm("norm2", "LayerNorm", inner, dtype_), attention("attn2", inner, t.context_dim),
                         norm("norm3", "LayerNorm", inner, dtype_), feed_forward(inner)}};
        const std::vector<Module> blocks(static_cast<size_t>(t.layers), block);
        return {.class_name = "Transformer2DModel",
                .children = {norm("norm", "GroupNorm", t.channels, dtype_), projection("proj_in", t.channels, inner),
                             list("transformer_blocks", blocks), projection("proj_out", inner, t.channels)}};
    }

    Module operator()(const unet::Downsampler& d) const { return resampler("Downsample2D", d.channels); }
    Module operator()(const unet::Upsampler& u) const { return resampler("Upsample2D", u.channels); }
    Module operator()(const unet::Norm& n) const { return norm("", "GroupNorm", n.channels, dtype_); }

private:
    Module attention(std::string name, int64_t width, int64_t context) const {
        return {.name = std::move(name),
                .class_name = "Attention",
                .children = {linear("to_q", width, width, dtype_, Bias::No),
                             linear("to_k", context, width, dtype_, Bias::No),
                             linear("to_v", context, width, dtype_, Bias::No),
                             list("to_out", {linear("", width, width, dtype_), plain("", "Dropout")})}};
    }

    Module feed_forward(int64_t width) const {
        const Module gate{.class_name = "GEGLU", .children = {linear("proj", width, 8 * width, dtype_)}};
        return {.name = "ff",
                .class_name = "FeedForward",
                .children = {list("net", {gate, plain("", "Dropout"), linear("", 4 * width, width, dtype_)})}};
    }

    Module resampler(const char* class_name, int64_t channels) const {
        return {.class_name = class_name, .children = {conv("conv", channels, channels, 3, dtype_)}};
    }

    std::string act_;
    const std::string& dtype_;
};

/// Places the layers where diffusers registers them.
class Registration {
public:
    Registration(const UNetConfig& config, const std::string& dtype) : config_(config), act_(act_class(config.act)) {
        const LayerModules modules(act_, dtype);
        for (const unet::Layer& layer : unet::layers(config))
            layers_.emplace(layer.name, std::visit(modules, layer.kind));
    }

    Module unet() && {
        Module unet{.class_name = "UNet2DConditionModel"};
        unet.children = {layer("conv_in"), plain("time_proj", "Timesteps"), layer("time_embedding")};
        if (config_.added_width > 0) {
            unet.children.push_back(plain("add_time_proj", "Timesteps"));
            unet.children.push_back(layer("add_embedding"));
        }
        unet.children.push_back(blocks("down_blocks", config_.down_blocks, "downsamplers"));
        unet.children.push_back(blocks("up_blocks", config_.up_blocks, "upsamplers"));
        if (!config_.mid_block_type.empty()) unet.children.push_back(mid_block());
        unet.children.push_back(layer("conv_norm_out"));
        unet.children.push_back(plain("conv_act", act_));
        unet.children.push_back(layer("conv_out"));
        return unet;
    }

private:
    Module layer(const std::string& name) {
        Module module = std::move(layers_.at(name));
        module.name = name;
        return module;
    }

    /// The layers PLACE.NAME.0, PLACE.NAME.1, …
    Module layers_of(const std::string& place, const std::string& name) {
        std::vector<Module> modules;
        const auto next = [&] { return layers_.find(place + "." + name + "." + std::to_string(modules.size())); };
        for (auto found = next(); found != layers_.end(); found = next()) modules.push_back(std::move(found->second));
        return list(name, std::move(modules));
    }

    Module blocks(const std::string& name, const std::vector<Block>& blocks, const char* resampler) {
        std::vector<Module> modules;
        for (size_t i = 0; i < blocks.size(); ++i) {
            const std::string place = name + "." + std::to_string(i);
            Module module{.class_name = blocks[i].type};
            if (blocks[i].has_attention()) module.children.push_back(layers_of(place, "attentions"));
            module.children.push_back(layers_of(place, "resnets"));
            if (i + 1 < blocks.size()) module.children.push_back(layers_of(place, resampler));
            modules.push_back(std::move(module));
        }
        return list(name, std::move(modules));
    }

    Module mid_block() {
        return {.name = "mid_block",
                .class_name = config_.mid_block_type,
                .children = {layers_of("mid_block", "attentions"), layers_of("mid_block", "resnets")}};
    }

    const UNetConfig& config_;
    const std::string act_;
    std::map<std::string, Module> layers_;
};

}  // namespace

ModuleTree unet_modules(const UNetConfig& config, const std::string& dtype) {
    return {.root = Registration(config, dtype).unet(),
            .no_split_modules = {"BasicTransformerBlock", "ResnetBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"}};
}

}  // namespace fanlight
