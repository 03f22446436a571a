#include "core/families/flux_2/single_file.h"

#include <cmath>
#include <filesystem>
#include <limits>

#include "core/families/family.h"
#include "core/families/flux_2/checkpoint.h"
#include "core/families/parts/autoencoder_checkpoint.h"
#include "core/families/parts/name_words.h"
#include "core/families/parts/network_alone.h"

namespace fanlight {

namespace {

/// Which, times the width, is rounded down to `mlp_width`.
double ratio_of(int64_t mlp_width, int64_t width) {
    const double ratio = static_cast<double>(mlp_width) / static_cast<double>(width);
    const bool is_short = static_cast<int64_t>(static_cast<double>(width) * ratio) < mlp_width;
    return is_short ? std::nextafter(ratio, std::numeric_limits<double>::infinity()) : ratio;
}

/// transformer/config.json, from names and shapes.
Json network_config_of(const CheckpointPart& part) {
    const bool original = has_original_flux_2_names(part);
    const auto name = [&](const char* then, const char* today) { return std::string(original ? then : today); };
    const std::string block = name("double_blocks.0.", "transformer_blocks.0.");
    const std::vector<int64_t>& picture = part.shape(name("img_in.weight", "x_embedder.weight"), 2);
    const int64_t width = picture[0], text = part.shape(name("txt_in.weight", "context_embedder.weight"), 2)[1];
    const int64_t head = part.shape(block + name("img_attn.norm.key_norm.scale", "attn.norm_k.weight"), 1)[0];
    const int64_t gates = part.shape(block + name("img_mlp.0.weight", "ff.linear_in.weight"), 2)[0];
    if (head < 8 || head % 8 != 0 || width % head != 0)
        part.refuse(Sentence("has heads of %1 numbers, whose use its shapes do not tell", head));
    return {
        {"_class_name", "Flux2Transformer2DModel"},
        {"in_channels", picture[1]},
        {"num_attention_heads", width / head},
        {"attention_head_dim", head},
        {"num_layers",
         part.count(name("double_blocks.", "transformer_blocks."), name(".img_mlp.0.weight", ".ff.linear_in.weight"))},
        {"num_single_layers", part.count(name("single_blocks.", "single_transformer_blocks."),
                                         name(".linear2.weight", ".attn.to_out.weight"))},
        {"joint_attention_dim", text},
        {"timestep_guidance_channels",
         part.shape(name("time_in.in_layer.weight", "time_guidance_embed.timestep_embedder.linear_1.weight"), 2)[1]},
        {"mlp_ratio", ratio_of(gates / 2, width)},
        {"axes_dims_rope", std::vector<int64_t>(4, head / 4)},
        {"guidance_embeds", false}};
}

/// Whether the network is distilled.
struct Training {
    bool is_distilled;
    Sentence conclusion;
};

Training training_of(const CheckpointSource& file) {
    for (const std::string& name : {file.title, std::filesystem::path(file.file).stem().string()}) {
        const std::vector<std::string> words = name_words(name);
        if (has_part(words, {"base"}))
            return {false, Sentence("is taken to be the base model, since it is called %1", name)};
        if (has_part(words, {"klein"}))
            return {true, Sentence("is taken to be a distilled one, since it is called %1; if it is the base model, "
                                   "put base into its name",
                                   name)};
    }
    return {
        false,
        "is taken to be the base model, though neither its metadata nor its name says so; for a distilled one, give "
        "4 steps and a CFG scale of 1"};
}

}  // namespace

bool holds_flux_2(const TensorEntries& tensors) { return transformer_prefix(flux_2_naming(), tensors).has_value(); }

FileContents read_flux_2(const CheckpointSource& file) {
    constexpr int64_t patch = 2 * 2;  // latents in a token
    const CheckpointPart part(file, transformer_prefix(flux_2_naming(), file.tensors).value());
    flux_2_naming().refuse_other_work(part, file);
    const Json network = network_config_of(part);
    const auto [is_distilled, conclusion] = training_of(file);
    FileContents contents = network_alone(network, flux_2_tensors(part, network), flux_2_decoder().config,
                                          network["in_channels"].get<int64_t>() / patch,
                                          {{"use_dynamic_shifting", true}, {"shift", 3.0}}, qwen3_reader());
    contents.configs[index_config] = {{"is_distilled", is_distilled}};
    add_bundled_qwen3(contents, file);
    add_bundled_vae(contents, file, flux_2_decoder().config);
    contents.conclusion = conclusion;
    return contents;
}

}  // namespace fanlight
