#include "core/families/stable_diffusion_xl/family.h"

#include "core/batch/replaced_component.h"

#include "core/families/parts/clip_tokenizer.h"
#include "core/families/parts/given_text_encoder.h"
#include "core/families/parts/given_unet.h"
#include "core/families/parts/given_vae.h"
#include "core/families/parts/unet_checkpoint.h"
#include "core/families/parts/unet_distillations.h"
#include "core/families/stable_diffusion_xl/kind.h"
#include "core/families/stable_diffusion_xl/refiner.h"
#include "core/families/stable_diffusion_xl/single_file.h"
#include "core/families/stable_diffusion_xl/traits.h"

namespace fanlight {

const Family& stable_diffusion_xl() {
    static const Family family = {
        .name = "stable_diffusion_xl",
        .title = "Stable Diffusion XL",
        .task = "image",
        .pipeline_classes = {"StableDiffusionXLPipeline"},
        .components = {{"unet", "config.json", {"UNet2DConditionModel"}, "diffusion_pytorch_model"},
                       {"vae", "config.json", {"AutoencoderKL"}, "diffusion_pytorch_model"},
                       {"text_encoder", "config.json", {"CLIPTextModel"}, "model", "text_model"},
                       {"text_encoder_2", "config.json", {"CLIPTextModelWithProjection"}, "model", "text_model"},
                       {"tokenizer", "tokenizer_config.json", {"CLIPTokenizer", "CLIPTokenizerFast"}},
                       {"tokenizer_2", "tokenizer_config.json", {"CLIPTokenizer", "CLIPTokenizerFast"}},
                       {"scheduler", "scheduler_config.json"}},
        .network = "unet",
        .lora_prefixes = {{"lora_unet_", "unet"},
                          {"unet.", "unet"},
                          {.text = "base_model.model.", .component = "unet", .of_class = "UNet2DConditionModel"},
                          {.text = "base_model.model.", .component = "text_encoder", .of_class = "CLIPTextModel"},
                          {.text = "base_model.model.",
                           .component = "text_encoder_2",
                           .of_class = "CLIPTextModelWithProjection"},
                          {"lora_te1_", "text_encoder"},
                          {"text_encoder.", "text_encoder"},
                          {"lora_te2_", "text_encoder_2"},
                          {"text_encoder_2.", "text_encoder_2"}},
        .original_names = [](const Json& unet) { return OriginalNames{.modules = original_unet_names(unet)}; },
        .tokenizers = {{"tokenizer", &open_clip_tokenizer}, {"tokenizer_2", &open_clip_tokenizer}},
        .embedding_parts = {{"clip_l", "text_encoder"}, {"clip_g", "text_encoder_2"}},
        .replaceable = {{network_kind, {"unet"}, &read_given_unet},
                        {vae_kind, {"vae"}, &read_given_vae},
                        {text_encoder_kind,
                         {"text_encoder", "text_encoder_2"},
                         [](const ModelFiles& model, const std::filesystem::path& path) {
                             return read_given_text_encoders(model, stable_diffusion_xl_kind().encoders, path);
                         }},
                        {.kind = refiner_kind, .family = stable_diffusion_xl_refiner().name, .check = &check_refiner}},
        .recognises = &holds_stable_diffusion_xl,
        .file_keys = {"conditioner.embedders."},
        .read_file = &read_stable_diffusion_xl,
        .tiny_vae = "taesdxl",
        .distillations = unet_distillations(),
        .traits = &stable_diffusion_xl_traits,
        .describe =
            [](const ModelFiles& model, const DescribedShape& shape) {
                return describe_unet_model(stable_diffusion_xl_kind(), model, shape);
            },
    };
    return family;
}

}  // namespace fanlight
