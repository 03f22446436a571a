#include "core/families/stable_diffusion/family.h"

#include "core/batch/replaced_component.h"

#include "core/families/parts/clip_tokenizer.h"
#include "core/families/parts/given_text_encoder.h"
#include "core/families/parts/given_unet.h"
#include "core/families/parts/given_vae.h"
#include "core/families/parts/unet_checkpoint.h"
#include "core/families/parts/unet_distillations.h"
#include "core/families/stable_diffusion/kind.h"
#include "core/families/stable_diffusion/single_file.h"
#include "core/families/stable_diffusion/traits.h"

namespace fanlight {

const Family& stable_diffusion() {
    static const Family family = {
        .name = "stable_diffusion",
        .title = "Stable Diffusion 1 or 2",
        .task = "image",
        .pipeline_classes = {"StableDiffusionPipeline", "LatentConsistencyModelPipeline"},
        .components = {{"unet", "config.json", {"UNet2DConditionModel"}, "diffusion_pytorch_model"},
                       {"vae", "config.json", {"AutoencoderKL"}, "diffusion_pytorch_model"},
                       {"text_encoder", "config.json", {"CLIPTextModel"}, "model", "text_model"},
                       {"tokenizer", "tokenizer_config.json", {"CLIPTokenizer", "CLIPTokenizerFast"}},
                       {"scheduler", "scheduler_config.json"}},
        .network = "unet",
        .lora_prefixes = {{"lora_unet_", "unet"},
                          {"unet.", "unet"},
                          {.text = "base_model.model.", .component = "unet", .of_class = "UNet2DConditionModel"},
                          {.text = "base_model.model.", .component = "text_encoder", .of_class = "CLIPTextModel"},
                          {"lora_te_", "text_encoder"},
                          {"text_encoder.", "text_encoder"}},
        .original_names = [](const Json& unet) { return OriginalNames{.modules = original_unet_names(unet)}; },
        .tokenizers = {{"tokenizer", &open_clip_tokenizer}},
        .embedding_parts = {{"", "text_encoder"}},
        .replaceable = {{network_kind, {"unet"}, &read_given_unet},
                        {vae_kind, {"vae"}, &read_given_vae},
                        {text_encoder_kind,
                         {"text_encoder"},
                         [](const ModelFiles& model, const std::filesystem::path& path) {
                             return read_given_text_encoders(model, stable_diffusion_kind().encoders, path);
                         }}},
        .recognises = &holds_stable_diffusion,
        .file_keys = {"model.diffusion_model.", "first_stage_model.", "cond_stage_model.transformer.",
                      "cond_stage_model.model."},
        .read_file = &read_stable_diffusion,
        .tiny_vae = "taesd",
        .distillations = unet_distillations(),
        .traits = &stable_diffusion_traits,
        .describe =
            [](const ModelFiles& model, const DescribedShape& shape) {
                return describe_unet_model(stable_diffusion_kind(), model, shape);
            },
    };
    return family;
}

}  // namespace fanlight
