#include "core/families/flux_1/single_file.h"

#include <algorithm>
#include <filesystem>

#include "core/families/family.h"
#include "core/families/flux_1/checkpoint.h"
#include "core/families/flux_1/config.h"
#include "core/families/parts/autoencoder_checkpoint.h"
#include "core/families/parts/clip_checkpoint.h"
#include "core/families/parts/given_t5.h"
#include "core/families/parts/name_words.h"
#include "core/families/parts/network_alone.h"

namespace fanlight {

namespace {

/// What a file is called, by whoever trained it first.
std::vector<std::string> names_of(const CheckpointSource& file) {
    std::vector<std::string> names = {file.title, std::filesystem::path(file.file).stem().string()};
    std::erase(names, "");
    return names;
}

/// transformer/config.json, from names and shapes.
Json network_config_of(const CheckpointPart& part) {
    const bool original = has_original_flux_1_names(part);
    const auto name = [&](const char* then, const char* today) { return std::string(original ? then : today); };
    const std::string block = name("double_blocks.0.", "transformer_blocks.0.");
    const std::vector<int64_t>& picture = part.shape(name("img_in.weight", "x_embedder.weight"), 2);
    const int64_t width = picture[0],
                  head = part.shape(block + name("img_attn.norm.key_norm.scale", "attn.norm_k.weight"), 1)[0];
    if (head < 32 || head % 32 != 0 || width % head != 0)
        part.refuse(Sentence("has heads of %1 numbers, whose use its shapes do not tell", head));
    return {{"_class_name", "FluxTransformer2DModel"},
            {"in_channels", picture[1]},
            {"num_attention_heads", width / head},
            {"attention_head_dim", head},
            {"num_layers", part.count(name("double_blocks.", "transformer_blocks."),
                                      name(".img_mlp.0.weight", ".ff.net.0.proj.weight"))},
            {"num_single_layers", part.count(name("single_blocks.", "single_transformer_blocks."),
                                             name(".linear2.weight", ".proj_out.weight"))},
            {"joint_attention_dim", part.shape(name("txt_in.weight", "context_embedder.weight"), 2)[1]},
            {"pooled_projection_dim",
             part.shape(name("vector_in.in_layer.weight", "time_text_embed.text_embedder.linear_1.weight"), 2)[1]},
            {"axes_dims_rope", {head / 8, head / 16 * 7, head / 16 * 7}},
            {"guidance_embeds",
             part.has(name("guidance_in.in_layer.weight", "time_text_embed.guidance_embedder.linear_1.weight"))}};
}

/// The config of CLIP ViT-L's text encoder.
Json usual_clip() {
    return {{"vocab_size", 49408},       {"hidden_size", 768},        {"intermediate_size", 3072},
            {"num_hidden_layers", 12},   {"num_attention_heads", 12}, {"max_position_embeddings", 77},
            {"hidden_act", "quick_gelu"}};
}

/// Dev's levels of noise are shifted as the picture's size asks for.
Json scheduler_of(bool takes_guidance) {
    if (!takes_guidance) return {{"shift", 1.0}};
    return {{"use_dynamic_shifting", true},
            {"shift", 3.0},
            {"base_shift", 0.5},
            {"max_shift", 1.15},
            {"base_image_seq_len", 256},
            {"max_image_seq_len", 4096}};
}

/// What files of ComfyUI that hold more than the network have besides.
void add_other_components(FileContents& contents, const CheckpointSource& file) {
    const CheckpointPart clip(file, "text_encoders.clip_l.transformer."), t5(file, "text_encoders.t5xxl.transformer.");
    if (!clip.empty()) {
        ClipCheckpoint read = read_clip(clip);
        read.config["pad_token"] = nullptr;
        contents.configs["text_encoder"] = std::move(read.config);
        contents.tensors["text_encoder"] = std::move(read.tensors);
    }
    if (!t5.empty()) {
        contents.configs["text_encoder_2"] = t5_config_of(t5);
        contents.tensors["text_encoder_2"] = t5.tensors();
    }
    add_bundled_vae(contents, file, sixteen_channel_decoder().config);
}

}  // namespace

std::optional<std::string> called_krea(const std::vector<std::string>& names) {
    const auto found = std::find_if(names.begin(), names.end(),
                                    [](const std::string& name) { return has_part(name_words(name), {"krea"}); });
    return found == names.end() ? std::nullopt : std::optional(*found);
}

Sentence taken_to_be_krea(const std::string& name) {
    return Sentence("is taken to be Krea dev, since it is called %1", name);
}

bool holds_flux_1(const TensorEntries& tensors) { return transformer_prefix(flux_1_naming(), tensors).has_value(); }

FileContents read_flux_1(const CheckpointSource& file) {
    const CheckpointPart part(file, transformer_prefix(flux_1_naming(), file.tensors).value());
    flux_1_naming().refuse_other_work(part, file);
    const Json network = network_config_of(part);
    const PromptReaders readers = {{"text_encoder", usual_clip()},
                                   {"text_encoder_2", usual_t5()},
                                   {"tokenizer", {{"pad_token", "<|endoftext|>"}}},
                                   {"tokenizer_2", {{"pad_token", "<pad>"}}}};
    FileContents contents =
        network_alone(network, flux_1_tensors(part, network), sixteen_channel_decoder().config,
                      Flux1Config(network).channels, scheduler_of(network["guidance_embeds"]), readers);
    add_other_components(contents, file);
    contents.configs[index_config] = Json::object();
    if (const auto krea = called_krea(names_of(file))) {
        contents.configs[index_config] = {{"guidance_scale", flux_1_krea_guidance}};
        contents.conclusion = taken_to_be_krea(*krea);
    }
    return contents;
}

}  // namespace fanlight
