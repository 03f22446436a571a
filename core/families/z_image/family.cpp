#include "core/families/z_image/family.h"

#include "core/base/config_numbers.h"
#include "core/base/number_text.h"
#include "core/batch/replaced_component.h"
#include "core/families/parts/given_language_encoder.h"
#include "core/families/parts/given_vae.h"
#include "core/families/parts/language_model.h"
#include "core/families/parts/shipped_tokenizers.h"
#include "core/families/z_image/checkpoint.h"
#include "core/families/z_image/config.h"
#include "core/families/z_image/describe.h"
#include "core/families/z_image/prompts.h"
#include "core/families/z_image/single_file.h"

namespace fanlight {

namespace {

ModelTraits z_image_traits(const ReadConfig& read) {
    const auto [vae, vae_file] = read("vae");
    const auto [scheduler, scheduler_file] = read("scheduler");
    const double shift = number_or(scheduler, "shift", 1, 1e-3, 1e3, scheduler_file);
    const bool is_turbo = shift < (z_image_turbo_shift + z_image_base_shift) / 2;
    const Sentence conclusion =
        is_turbo ? Sentence("is taken to be a distilled one, since its scheduler's shift is %1", number_text(shift))
                 : Sentence("is taken to be the base model, since its scheduler's shift is %1", number_text(shift));
    const auto blocks = whole_numbers(vae, "block_out_channels", 1, max_width, vae_file);
    if (blocks.empty() || blocks.size() > static_cast<size_t>(max_blocks))
        throw Error("%1: block_out_channels must list 1 to %2 blocks", vae_file, max_blocks);
    return {.width = 1024,
            .height = 1024,
            .steps = is_turbo ? 8 : 50,
            .cfg_scale = is_turbo ? 0.0 : 5.0,
            .size_step = static_cast<int>(ZImageConfig::patch) << (blocks.size() - 1),
            .cfg_floor = 0,
            .reads_with_clip = false,
            .conclusion = conclusion};
}

std::vector<OtherComponent> read_given_text_encoder_of_z_image(const ModelFiles& model,
                                                               const std::filesystem::path& path) {
    const int64_t width = ZImageConfig(model.config("transformer")).text_width;
    return read_given_language_encoder(model, "text_encoder", path, width);
}

/// Of diffusers, of ai-toolkit, of PEFT, of DiffSynth ("" before the names), of kohya's trainers, of OneTrainer and of
/// SimpleTuner's LyCORIS.
std::vector<LoraPrefix> z_image_lora_prefixes() {
    std::vector<LoraPrefix> prefixes = {{"transformer.", "transformer"},
                                        {"diffusion_model.", "transformer"},
                                        {"base_model.model.", "transformer", {}, "ZImageTransformer2DModel"}};
    const auto add = [&](const std::string& beginning, const std::string& kept) {
        prefixes.push_back({beginning + kept, "transformer", {}, "", kept});
    };
    for (const std::string group : {"layers", "noise_refiner", "context_refiner", "x_embedder", "all_x_embedder",
                                    "cap_embedder", "t_embedder", "final_layer", "all_final_layer"}) {
        add("", group + ".");
        for (const char* beginning : {"lora_unet_", "lora_transformer_", "lycoris_"})
            add(beginning, group == "x_embedder" ? group : group + "_");
    }
    return prefixes;
}

}  // namespace

const Family& z_image() {
    static const Family family = {
        .name = "z_image",
        .title = "Z-Image",
        .task = "image",
        .overflows_float16 = true,
        .separate_rows = true,
        .flow = true,
        .pipeline_classes = {"ZImagePipeline"},
        .components = {{"transformer", "config.json", {"ZImageTransformer2DModel"}, "diffusion_pytorch_model"},
                       {"vae", "config.json", {"AutoencoderKL"}, "diffusion_pytorch_model"},
                       llama_text_encoder("text_encoder"),
                       {"tokenizer", "tokenizer_config.json"},
                       {"scheduler", "scheduler_config.json"}},
        .network = "transformer",
        .lora_prefixes = z_image_lora_prefixes(),
        .original_names = &original_z_image_names,
        .tokenizers = {{"tokenizer",
                        [](const ModelFiles& model, const std::string& component) {
                            return open_wrapped_tokenizer(model, component, z_image_wrap(), &qwen_tokenizer);
                        }}},
        .replaceable =
            {{network_kind,
              {"transformer"},
              [](const ModelFiles& model, const std::filesystem::path& path) {
                  return read_given_transformer(z_image_naming(), model, path);
              }},
             {.kind = vae_kind, .components = {"vae"}, .read = &read_given_vae, .kept_apart = {sixteen_channel_vae()}},
             {.kind = text_encoder_kind,
              .components = {"text_encoder"},
              .read = &read_given_text_encoder_of_z_image,
              .kept_apart = {{.component = "text_encoder",
                              .file = "qwen_3_4b.safetensors",
                              .names = {{"qwen", "3", "4", "b"}}}}}},
        .recognises = &holds_z_image,
        .file_keys = {"layers.0.adaLN_modulation."},
        .read_file = &read_z_image,
        .tiny_vae = "taef1",
        .distillations = {{{"turbo"}, {"Turbo", 8, 0, "euler", "default"}}},
        .traits = &z_image_traits,
        .describe = &describe_z_image,
    };
    return family;
}

}  // namespace fanlight
