#include "core/families/parts/named_networks.h"

#include <algorithm>
#include <iterator>
#include <string>

namespace fanlight {

namespace {

constexpr NamedNetwork networks[] = {
    {"patchify_proj.weight", "LTX-Video"},
    {"adaln_single.linear.weight", "PixArt"},
    {"t_block.1.weight", "PixArt"},
    {"pos_embed.proj.weight", "Stable Diffusion 3"},
    {"joint_blocks.0.x_block.attn.qkv.weight", "Stable Diffusion 3"},
    {"distilled_guidance_layer.in_proj.weight", "Chroma"},
    {"layers.0.adaLN_modulation.1.weight", "Lumina 2"},
    {"layers.0.norm1.linear.weight", "Lumina 2"},
    {"transformer_blocks.0.img_mod.1.weight", "Qwen-Image"},
    {"txtfusion.projector.weight", "Krea 2"},
    {"blocks.0.cross_attn.k.weight", "Wan"},
    {"condition_embedder.time_embedder.linear_1.weight", "Wan"},
    {"double_stream_blocks.0.block.attn1.to_q.weight", "HiDream"},
    {"double_blocks.0.img_attn_qkv.weight", "HunyuanVideo"},
    {"txt_in.individual_token_refiner.blocks.0.self_attn.qkv.weight", "HunyuanVideo"},
    {"blocks.0.adaln_modulation_self_attn.1.weight", "Cosmos Predict 2"},
    {"double_layers.0.attn.w1q.weight", "AuraFlow"},
    {"layers.0.adaLN_modulation.0.weight", "Z-Image", true},
    {"single_stream_modulation.lin.weight", "FLUX.2", true},
    {"single_stream_modulation.linear.weight", "FLUX.2", true},
    {"double_blocks.0.img_mod.lin.weight", "FLUX.1", true},
    {"single_transformer_blocks.0.norm.linear.weight", "FLUX.1", true},
    {"input_blocks.0.0.weight", "Stable Diffusion", true},
    {"conv_in.weight", "Stable Diffusion", true},
};

bool is_in(const TensorEntries& tensors, const NamedNetwork& network) {
    const auto has = [&](const char* prefix) { return tensors.contains(std::string(prefix) + network.key); };
    constexpr const char* prefixes[] = {"", "model.diffusion_model.", "diffusion_model.", "transformer."};
    return std::any_of(std::begin(prefixes), std::end(prefixes), has);
}

}  // namespace

const NamedNetwork* named_network(const TensorEntries& tensors) {
    const auto* const found = std::find_if(std::begin(networks), std::end(networks),
                                           [&](const NamedNetwork& network) { return is_in(tensors, network); });
    return found == std::end(networks) ? nullptr : found;
}

}  // namespace fanlight
