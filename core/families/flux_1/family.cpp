#include "core/families/flux_1/family.h"

#include "core/base/config_numbers.h"
#include "core/batch/image_task.h"
#include "core/batch/replaced_component.h"
#include "core/families/flux_1/checkpoint.h"
#include "core/families/flux_1/config.h"
#include "core/families/flux_1/describe.h"
#include "core/families/flux_1/prompts.h"
#include "core/families/flux_1/single_file.h"
#include "core/families/parts/autoencoder_config.h"
#include "core/families/parts/clip_tokenizer.h"
#include "core/families/parts/given_component.h"
#include "core/families/parts/given_t5.h"
#include "core/families/parts/given_text_encoder.h"
#include "core/families/parts/given_vae.h"
#include "core/families/parts/language_model.h"
#include "core/families/parts/shipped_tokenizers.h"

namespace fanlight {

namespace {

/// What a model's folder is called, or the repository that it was downloaded or saved from; in the Hugging Face cache
/// such a folder is "models--ORG--NAME/snapshots/HASH". Of a single file: nothing.
std::vector<std::string> names_of_folder(const Json& index, const std::string& index_file) {
    if (!index.contains("_class_name")) return {};
    const std::filesystem::path given = std::filesystem::path(index_file).parent_path();
    const Json origin = index.value("_name_or_path", Json());
    std::error_code ignored;
    std::vector<std::string> names;
    for (const std::filesystem::path& path :
         {given, std::filesystem::weakly_canonical(given, ignored),
          std::filesystem::path(origin.is_string() ? origin.get<std::string>() : "")}) {
        names.push_back(path.filename().string());
        const std::string repository = path.parent_path().parent_path().filename().string();
        if (repository.starts_with("models--")) names.push_back(repository.substr(repository.rfind("--") + 2));
    }
    return names;
}

/// Networks that are not told the guidance are distilled for few steps, and without any.
ModelTraits flux_1_traits(const ReadConfig& read) {
    const auto [index, index_file] = read(index_config);
    const auto [network, network_file] = read("transformer");
    const auto [vae, vae_file] = read("vae");
    const bool takes_guidance = Flux1Config(network).takes_guidance;
    const auto krea = takes_guidance ? called_krea(names_of_folder(index, index_file)) : std::nullopt;
    const double usual = number_or(index, "guidance_scale", krea ? flux_1_krea_guidance : flux_1_dev_guidance, 0,
                                   most_cfg_scale, index_file);
    return {.width = 1024,
            .height = 1024,
            .steps = takes_guidance ? 28 : 4,
            .cfg_scale = takes_guidance ? usual : 0.0,
            .size_step = static_cast<int>(AutoencoderConfig(vae).factor() * Flux1Config::patch),
            .guidance = takes_guidance ? GuidanceKind::Distilled : GuidanceKind::None,
            .cfg_floor = most_cfg_scale,
            .reads_with_clip = false,
            .takes_second_prompts = true,
            .tells_absent_negative = true,
            .takes_true_cfg = true,
            .conclusion = krea ? taken_to_be_krea(*krea) : Sentence()};
}

/// Of diffusers, of ai-toolkit, of kohya's trainers, of XLabs, of fal ("base_model.model." before original names), of
/// OneTrainer and of SimpleTuner's LyCORIS; with other models whose LoRAs have the same names.
std::vector<LoraPrefix> lora_prefixes() {
    std::vector<LoraPrefix> prefixes = {{"transformer.", "transformer"},
                                        {"diffusion_model.", "transformer"},
                                        {"base_model.model.", "transformer", {}, "FluxTransformer2DModel"},
                                        {"base_model.model.", "text_encoder", {}, "CLIPTextModel"},
                                        {"lora_te1_", "text_encoder"},
                                        {"text_encoder.", "text_encoder"},
                                        {"lora_te3_", "text_encoder_2", {"Stable Diffusion 3"}},
                                        {"lora_te2_encoder_block_", "text_encoder_2", {}, "", "encoder_block_"},
                                        {"text_encoder_2.", "text_encoder_2"}};
    const auto add = [&](const std::string& beginning, const std::vector<std::string>& all) {
        for (const std::string& kept : all) prefixes.push_back({beginning + kept, "transformer", {}, "", kept});
    };
    add("transformer.", {"transformer_blocks.", "single_transformer_blocks."});
    for (const char* beginning : {"diffusion_model.", "base_model.model.", ""})
        add(beginning, {"double_blocks.", "single_blocks."});
    add("base_model.model.", {"img_in.", "txt_in.", "time_in.", "guidance_in.", "vector_in.", "final_layer."});
    for (const char* beginning : {"lora_transformer_", "lycoris_"})
        add(beginning, {"transformer_blocks_", "single_transformer_blocks_", "x_embedder", "context_embedder",
                        "time_text_embed_", "norm_out_", "proj_out"});
    add("lora_unet_", {"double_blocks_", "single_blocks_", "img_in", "txt_in", "time_in_", "guidance_in_", "vector_in_",
                       "final_layer_"});
    return prefixes;
}

std::vector<OtherComponent> read_given_text_encoder_of_flux_1(const ModelFiles& model,
                                                              const std::filesystem::path& path) {
    const Flux1Config network(model.config("transformer"));
    if (holds_t5(GivenComponent(path, model.component("text_encoder").weights).entries))
        return read_given_t5(model, "text_encoder_2", path, network.text_width);
    static const Sentence advice(
        "give the text encoder of CLIP ViT-L, such as clip_l.safetensors, or that of T5 v1.1 XXL, such as "
        "t5xxl_fp16.safetensors.");
    return read_given_clip(model, flux_1_clip(), path, network.pooled_width, advice);
}

}  // namespace

const Family& flux_1() {
    static const Family family = {
        .name = "flux_1",
        .title = "FLUX.1",
        .task = "image",
        .overflows_float16 = true,
        .separate_rows = true,
        .flow = true,
        .pipeline_classes = {"FluxPipeline"},
        .components = {{"transformer", "config.json", {"FluxTransformer2DModel"}, "diffusion_pytorch_model"},
                       {"vae", "config.json", {"AutoencoderKL"}, "diffusion_pytorch_model"},
                       {"text_encoder", "config.json", {"CLIPTextModel"}, "model", "text_model"},
                       t5_text_encoder("text_encoder_2"),
                       {"tokenizer", "tokenizer_config.json", {"CLIPTokenizer", "CLIPTokenizerFast"}},
                       {"tokenizer_2", "tokenizer_config.json"},
                       {"scheduler", "scheduler_config.json"}},
        .network = "transformer",
        .lora_prefixes = lora_prefixes(),
        .original_names = &original_flux_1_names,
        .tokenizers = {{"tokenizer_2",
                        [](const ModelFiles& model, const std::string& component) {
                            return open_wrapped_tokenizer(model, component, flux_1_wrap(), &t5_tokenizer);
                        }},
                       {"tokenizer", &open_clip_tokenizer}},
        .replaceable =
            {{network_kind,
              {"transformer"},
              [](const ModelFiles& model, const std::filesystem::path& path) {
                  return read_given_transformer(flux_1_naming(), model, path);
              }},
             {.kind = vae_kind, .components = {"vae"}, .read = &read_given_vae, .kept_apart = {sixteen_channel_vae()}},
             {.kind = text_encoder_kind,
              .components = {"text_encoder", "text_encoder_2"},
              .read = &read_given_text_encoder_of_flux_1,
              .kept_apart = {{.component = "text_encoder",
                              .file = "clip_l.safetensors",
                              .names = {{"clip", "l"},
                                        {"clip", "vi", "t", "l"},
                                        {"vi", "t", "l", "14"},
                                        {"clip", "vit", "large"}}},
                             {.component = "text_encoder_2",
                              .file = "t5xxl_fp16.safetensors",
                              .names = {{"t", "5", "xxl"}, {"t", "5", "v", "1"}}}}}},
        .recognises = &holds_flux_1,
        .file_keys = {"double_blocks.0.img_mod."},
        .read_file = &read_flux_1,
        .tiny_vae = "taef1",
        .traits = &flux_1_traits,
        .describe = &describe_flux_1,
    };
    return family;
}

}  // namespace fanlight
