#include "core/families/parts/autoencoder_checkpoint.h"

#include "core/checkpoints/key_maps.h"

namespace fanlight {

namespace {

constexpr PartNames decoder_attention_names = {
    {"norm", "group_norm"}, {"q", "to_q"}, {"k", "to_k"}, {"v", "to_v"}, {"proj_out", "to_out.0"}};

Json vae_config_of(const CheckpointPart& vae, int64_t blocks, int64_t layers) {
    Json channels = Json::array();
    for (int64_t b = 0; b < blocks; ++b)
        channels.push_back(vae.shape("decoder.up." + std::to_string(b) + ".block.0.conv1.weight", 4)[0]);
    return {{"_class_name", "AutoencoderKL"},
            {"block_out_channels", channels},
            {"up_block_types", std::vector<std::string>(static_cast<size_t>(blocks), "UpDecoderBlock2D")},
            {"layers_per_block", layers},
            {"latent_channels", vae.shape("decoder.conv_in.weight", 4)[1]},
            {"out_channels", vae.shape("decoder.conv_out.weight", 4)[0]}};
}

/// Turns the kernel of a 1x1 convolution into a matrix.
void flatten_kernel(TensorEntry& tensor) {
    if (tensor.shape.size() == 4 && tensor.shape[2] == 1 && tensor.shape[3] == 1) tensor.shape.resize(2);
}

}  // namespace

DecoderCheckpoint usual_decoder() {
    const std::vector<int64_t> channels = {128, 256, 512, 512};
    return {{{"_class_name", "AutoencoderKL"},
             {"block_out_channels", channels},
             {"up_block_types", std::vector<std::string>(channels.size(), "UpDecoderBlock2D")},
             {"layers_per_block", 2},
             {"latent_channels", 4},
             {"out_channels", 3}},
            {}};
}

DecoderCheckpoint sixteen_channel_decoder() {
    DecoderCheckpoint decoder = usual_decoder();
    decoder.config.update({{"latent_channels", 16},
                           {"scaling_factor", 0.3611},
                           {"shift_factor", 0.1159},
                           {"use_post_quant_conv", false}});
    return decoder;
}

DecoderCheckpoint flux_2_decoder() {
    DecoderCheckpoint decoder = usual_decoder();
    decoder.config.update({{"_class_name", "AutoencoderKLFlux2"}, {"latent_channels", 32}});
    return decoder;
}

KeyMap decoder_key_map(int64_t blocks, int64_t layers) {
    KeyMap map = {{"post_quant_conv", "post_quant_conv"},
                  {"decoder.post_quant_conv", "post_quant_conv"},  // FLUX.2's
                  {"bn", "bn"},
                  {"decoder.conv_in", "decoder.conv_in"},
                  {"decoder.mid.block_1", "decoder.mid_block.resnets.0"},
                  {"decoder.mid.block_2", "decoder.mid_block.resnets.1"},
                  {"decoder.norm_out", "decoder.conv_norm_out"},
                  {"decoder.conv_out", "decoder.conv_out"}};
    add_parts(map, "decoder.mid.attn_1", "decoder.mid_block.attentions.0", decoder_attention_names);
    for (int64_t b = 0; b < blocks; ++b) {  // counted from the finest resolution, which comes last in diffusers
        const std::string from = numbered("decoder.up.", b), to = numbered("decoder.up_blocks.", blocks - 1 - b);
        for (int64_t l = 0; l <= layers; ++l) {
            const std::string block = from + numbered(".block.", l), resnet = to + numbered(".resnets.", l);
            map.emplace(block, resnet);
            map.emplace(block + ".nin_shortcut", resnet + ".conv_shortcut");
        }
        map.emplace(from + ".upsample.conv", to + ".upsamplers.0.conv");
    }
    return map;
}

DecoderCheckpoint read_decoder(const CheckpointPart& part) {
    const int64_t blocks = part.count("decoder.up.", ".block.0.conv1.weight");
    const int64_t layers = part.count("decoder.up.0.block.", ".conv1.weight") - 1;
    if (blocks < 1 || layers < 1) part.refuse("has no decoder of several blocks");
    DecoderCheckpoint decoder;
    decoder.config = vae_config_of(part, blocks, layers);
    // A checkpoint also contains the encoder and training leftovers.
    decoder.tensors = part.renamed(decoder_key_map(blocks, layers),
                                   [](const std::string& key) { return !key.starts_with("decoder."); });
    for (auto& [name, tensor] : decoder.tensors)
        if (name.find(".attentions.") != std::string::npos) flatten_kernel(tensor);
    return decoder;
}

}  // namespace fanlight
