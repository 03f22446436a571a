#include "core/families/flux_2/family.h"

#include "core/base/config_numbers.h"
#include "core/batch/image_task.h"
#include "core/batch/replaced_component.h"
#include "core/families/flux_2/checkpoint.h"
#include "core/families/flux_2/config.h"
#include "core/families/flux_2/describe.h"
#include "core/families/flux_2/prompts.h"
#include "core/families/flux_2/single_file.h"
#include "core/families/parts/autoencoder_config.h"
#include "core/families/parts/given_language_encoder.h"
#include "core/families/parts/given_vae.h"
#include "core/families/parts/language_model.h"
#include "core/families/parts/shipped_tokenizers.h"

namespace fanlight {

namespace {

/// Models that are distilled for few steps are not guided, whatever is asked for.
ModelTraits flux_2_traits(const ReadConfig& read) {
    const auto [index, index_file] = read(index_config);
    const auto [vae, vae_file] = read("vae");
    const bool is_distilled = optional_or<bool>(index, "is_distilled", false, index_file);
    return {.width = 1024,
            .height = 1024,
            .steps = is_distilled ? 4 : 50,
            .cfg_scale = is_distilled ? 1.0 : 4.0,
            .size_step = static_cast<int>(AutoencoderConfig(vae).factor()),
            .guidance = is_distilled ? GuidanceKind::None : GuidanceKind::Real,
            .cfg_floor = is_distilled ? most_cfg_scale : 1.0,
            .negative_prompt = false,
            .reads_with_clip = false};
}

/// Of diffusers, of ai-toolkit, of kohya's trainers, of fal ("base_model.model." before original names), of OneTrainer
/// and of SimpleTuner's LyCORIS, also without anything before the names; with other models whose LoRAs have the same.
std::vector<LoraPrefix> lora_prefixes() {
    std::vector<LoraPrefix> prefixes = {{"transformer.", "transformer"},
                                        {"diffusion_model.", "transformer"},
                                        {"base_model.model.", "transformer", {}, "Flux2Transformer2DModel"}};
    const auto add = [&](const std::string& beginning, const std::vector<std::string>& all,
                         const std::vector<std::string>& others = {}) {
        for (const std::string& kept : all) prefixes.push_back({beginning + kept, "transformer", others, "", kept});
    };
    for (const char* beginning : {"transformer.", ""}) {
        add(beginning, {"transformer_blocks."}, {"Stable Diffusion 3", "Qwen-Image"});
        add(beginning, {"single_transformer_blocks."});
    }
    add("diffusion_model.", {"transformer_blocks."}, {"Qwen-Image"});
    for (const char* beginning : {"diffusion_model.", "base_model.model.", ""})
        add(beginning, {"double_blocks.", "single_blocks."});
    add("base_model.model.", {"img_in.", "txt_in.", "time_in.", "final_layer.", "double_stream_modulation_img.lin.",
                              "double_stream_modulation_txt.lin.", "single_stream_modulation.lin."});
    for (const char* beginning : {"lora_transformer_", "lycoris_"})
        add(beginning, {"transformer_blocks_", "single_transformer_blocks_", "x_embedder", "context_embedder",
                        "time_guidance_embed_", "norm_out_", "proj_out", "double_stream_modulation_",
                        "single_stream_modulation_"});
    add("lora_unet_", {"double_blocks_", "single_blocks_", "img_in", "txt_in", "time_in_", "final_layer_",
                       "double_stream_modulation_", "single_stream_modulation_"});
    return prefixes;
}

std::vector<OtherComponent> read_given_text_encoder_of_flux_2(const ModelFiles& model,
                                                              const std::filesystem::path& path) {
    const int64_t width = Flux2Config(model.config("transformer")).text_width / std::ssize(flux_2_states());
    return read_given_language_encoder(model, "text_encoder", path, width);
}

}  // namespace

const Family& flux_2() {
    static const Family family = {
        .name = "flux_2",
        .title = "FLUX.2 klein",
        .task = "image",
        .overflows_float16 = true,
        .separate_rows = true,
        .flow = true,
        .pipeline_classes = {"Flux2KleinPipeline"},
        .components = {{"transformer", "config.json", {"Flux2Transformer2DModel"}, "diffusion_pytorch_model"},
                       {"vae", "config.json", {"AutoencoderKLFlux2"}, "diffusion_pytorch_model"},
                       llama_text_encoder("text_encoder"),
                       {"tokenizer", "tokenizer_config.json"},
                       {"scheduler", "scheduler_config.json"}},
        .network = "transformer",
        .lora_prefixes = lora_prefixes(),
        .original_names = &original_flux_2_names,
        .tokenizers = {{"tokenizer",
                        [](const ModelFiles& model, const std::string& component) {
                            return open_wrapped_tokenizer(model, component, flux_2_wrap(), &qwen_tokenizer);
                        }}},
        .replaceable = {{network_kind,
                         {"transformer"},
                         [](const ModelFiles& model, const std::filesystem::path& path) {
                             return read_given_transformer(flux_2_naming(), model, path);
                         }},
                        {.kind = vae_kind,
                         .components = {"vae"},
                         .read = &read_given_vae,
                         .kept_apart = {{.component = "vae",
                                         .file = "flux2-vae.safetensors",
                                         .names = {{"flux", "2", "vae"}, {"flux", "2", "ae"}}}}},
                        {.kind = text_encoder_kind,
                         .components = {"text_encoder"},
                         .read = &read_given_text_encoder_of_flux_2,
                         .kept_apart = {{.component = "text_encoder",
                                         .file = "qwen_3_4b.safetensors (qwen_3_8b.safetensors for 9B)",
                                         .names = {{"qwen", "3", "4", "b"}, {"qwen", "3", "8", "b"}}}}}},
        .recognises = &holds_flux_2,
        .file_keys = {"single_stream_modulation."},
        .read_file = &read_flux_2,
        .traits = &flux_2_traits,
        .describe = &describe_flux_2,
    };
    return family;
}

}  // namespace fanlight
