#include "core/models/unet_modules.h"

#include <map>

namespace fanlight {

namespace {

using Block = UNetConfig::Block;

class Builder {
public:
    Builder(const UNetConfig& config, const std::string& dtype) : config_(config), dtype_(dtype) {}

    Module unet() const {
        const auto& down = config_.down_blocks;
        const auto& up = config_.up_blocks;
        const int64_t first = down.front().channels;
        std::vector<Module> down_blocks, up_blocks;
        for (size_t i = 0; i < down.size(); ++i)
            down_blocks.push_back(down_block(i, down[i == 0 ? 0 : i - 1].channels));
        for (size_t i = 0; i < up.size(); ++i)
            up_blocks.push_back(
                up_block(i, up[std::min(i + 1, up.size() - 1)].channels, up[i == 0 ? 0 : i - 1].channels));

        Module unet{.class_name = "UNet2DConditionModel"};
        unet.children = {conv("conv_in", config_.in_channels, first, config_.conv_in_kernel),
                         plain("time_proj", "Timesteps"), time_embedding(first), list("down_blocks", down_blocks),
                         list("up_blocks", up_blocks)};
        if (!config_.mid_block_type.empty()) unet.children.push_back(mid_block());
        unet.children.push_back(norm("conv_norm_out", "GroupNorm", first));
        unet.children.push_back(plain("conv_act", act_class()));
        unet.children.push_back(conv("conv_out", first, config_.out_channels, config_.conv_out_kernel));
        return unet;
    }

private:
    // torch's own

    TensorSpec tensor(const char* name, std::vector<int64_t> shape) const { return {name, std::move(shape), dtype_}; }

    static Module plain(std::string name, std::string class_name) {
        return {.name = std::move(name), .class_name = std::move(class_name)};
    }

    static Module list(std::string name, std::vector<Module> children) {
        for (size_t i = 0; i < children.size(); ++i) children[i].name = std::to_string(i);
        return {.name = std::move(name), .class_name = "ModuleList", .children = std::move(children)};
    }

    Module linear(std::string name, int64_t in, int64_t out, bool bias = true) const {
        Module module = plain(std::move(name), "Linear");
        module.parameters.push_back(tensor("weight", {out, in}));
        if (bias) module.parameters.push_back(tensor("bias", {out}));
        return module;
    }

    Module conv(std::string name, int64_t in, int64_t out, int64_t kernel = 3) const {
        return {.name = std::move(name),
                .class_name = "Conv2d",
                .parameters = {tensor("weight", {out, in, kernel, kernel}), tensor("bias", {out})}};
    }

    Module norm(std::string name, std::string class_name, int64_t width) const {
        return {.name = std::move(name),
                .class_name = std::move(class_name),
                .parameters = {tensor("weight", {width}), tensor("bias", {width})}};
    }

    std::string act_class() const {
        static const std::map<std::string, std::string> classes = {
            {"silu", "SiLU"}, {"swish", "SiLU"}, {"mish", "Mish"}, {"gelu", "GELU"}, {"relu", "ReLU"}};
        const auto found = classes.find(config_.act);
        if (found == classes.end())
            throw Error("unet/config.json: the activation \"" + config_.act + "\" is not known");
        return found->second;
    }

    // diffusers'

    Module time_embedding(int64_t width) const {
        Module module = plain("time_embedding", "TimestepEmbedding");
        module.children.push_back(linear("linear_1", width, config_.time_width));
        if (config_.guidance_width > 0)
            module.children.push_back(linear("cond_proj", config_.guidance_width, width, false));
        module.children.push_back(plain("act", act_class()));
        module.children.push_back(linear("linear_2", config_.time_width, config_.time_width));
        return module;
    }

    Module resnet(int64_t in, int64_t out) const {
        Module module{.class_name = "ResnetBlock2D"};
        module.children = {norm("norm1", "GroupNorm", in),
                           conv("conv1", in, out),
                           linear("time_emb_proj", config_.time_width, config_.scale_shift ? 2 * out : out),
                           norm("norm2", "GroupNorm", out),
                           plain("dropout", "Dropout"),
                           conv("conv2", out, out),
                           plain("nonlinearity", act_class())};
        if (in != out) module.children.push_back(conv("conv_shortcut", in, out, 1));
        return module;
    }

    Module attention(std::string name, int64_t width, int64_t context) const {
        return {.name = std::move(name),
                .class_name = "Attention",
                .children = {linear("to_q", width, width, false), linear("to_k", context, width, false),
                             linear("to_v", context, width, false),
                             list("to_out", {linear("", width, width), plain("", "Dropout")})}};
    }

    Module feed_forward(int64_t width) const {
        const Module gate{.class_name = "GEGLU", .children = {linear("proj", width, 8 * width)}};
        return {.name = "ff",
                .class_name = "FeedForward",
                .children = {list("net", {gate, plain("", "Dropout"), linear("", 4 * width, width)})}};
    }

    Module transformer(const Block& block) const {
        const int64_t inner = block.heads * (block.channels / block.heads);
        const auto projection = [&](const char* name, int64_t in, int64_t out) {
            return config_.linear_projection ? linear(name, in, out) : conv(name, in, out, 1);
        };
        const Module transformer_block{
            .class_name = "BasicTransformerBlock",
            .children = {norm("norm1", "LayerNorm", inner),
                         attention("attn1", inner, block.only_cross_attention ? block.context_dim : inner),
                         norm("norm2", "LayerNorm", inner), attention("attn2", inner, block.context_dim),
                         norm("norm3", "LayerNorm", inner), feed_forward(inner)}};
        const std::vector<Module> blocks(block.transformer_layers, transformer_block);
        return {.class_name = "Transformer2DModel",
                .children = {norm("norm", "GroupNorm", block.channels), projection("proj_in", block.channels, inner),
                             list("transformer_blocks", blocks), projection("proj_out", inner, block.channels)}};
    }

    std::vector<Module> attentions(const Block& block) const {
        return std::vector<Module>(block.layers, transformer(block));
    }

    Module resampler(const char* list_name, const char* class_name, int64_t channels) const {
        return list(list_name, {{.class_name = class_name, .children = {conv("conv", channels, channels)}}});
    }

    Module down_block(size_t index, int64_t in) const {
        const Block& block = config_.down_blocks[index];
        std::vector<Module> resnets;
        for (int64_t i = 0; i < block.layers; ++i)
            resnets.push_back(resnet(i == 0 ? in : block.channels, block.channels));
        Module module{.class_name = block.type};
        if (block.has_attention()) module.children.push_back(list("attentions", attentions(block)));
        module.children.push_back(list("resnets", resnets));
        if (index + 1 < config_.down_blocks.size())
            module.children.push_back(resampler("downsamplers", "Downsample2D", block.channels));
        return module;
    }

    /// last_skip: channels of the skip that the last residual block takes; the others take the block's own.
    Module up_block(size_t index, int64_t last_skip, int64_t previous) const {
        const Block& block = config_.up_blocks[index];
        std::vector<Module> resnets;
        for (int64_t i = 0; i < block.layers; ++i) {
            const int64_t skip = i + 1 == block.layers ? last_skip : block.channels;
            resnets.push_back(resnet((i == 0 ? previous : block.channels) + skip, block.channels));
        }
        Module module{.class_name = block.type};
        if (block.has_attention()) module.children.push_back(list("attentions", attentions(block)));
        module.children.push_back(list("resnets", resnets));
        if (index + 1 < config_.up_blocks.size())
            module.children.push_back(resampler("upsamplers", "Upsample2D", block.channels));
        return module;
    }

    Module mid_block() const {
        Block block = config_.down_blocks.back();
        block.only_cross_attention = false;
        const bool attends = config_.mid_block_type == "UNetMidBlock2DCrossAttn";
        const size_t count = attends ? 1 : 0;
        return {.name = "mid_block",
                .class_name = config_.mid_block_type,
                .children = {list("attentions", std::vector<Module>(count, transformer(block))),
                             list("resnets", std::vector<Module>(count + 1, resnet(block.channels, block.channels)))}};
    }

    const UNetConfig& config_;
    const std::string& dtype_;
};

}  // namespace

ModuleTree unet_modules(const UNetConfig& config, const std::string& dtype) {
    return {.root = Builder(config, dtype).unet(),
            .no_split_modules = {"BasicTransformerBlock", "ResnetBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"}};
}

}  // namespace fanlight
