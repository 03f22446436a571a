#include "core/families/stable_diffusion_xl/refiner.h"

#include "core/families/parts/clip_tokenizer.h"
#include "core/families/parts/given_vae.h"
#include "core/families/parts/unet_checkpoint.h"
#include "core/families/stable_diffusion_xl/family.h"
#include "core/families/stable_diffusion_xl/kind.h"
#include "core/families/stable_diffusion_xl/single_file.h"
#include "core/families/stable_diffusion_xl/traits.h"

namespace fanlight {

namespace {

constexpr const char* refiner_title = "the refiner of Stable Diffusion XL";

/// Whether its index says that it is told how beautiful pictures are, without which it is a base model by its numbers.
void check_index(const ModelFiles& refiner) {
    const Json& index = refiner.index();
    const std::string place = refiner.path().string();
    const bool has_first = index.contains("text_encoder") && index["text_encoder"].is_array() &&
                           !index["text_encoder"].empty() && !index["text_encoder"].front().is_null();
    if (has_first || !optional_or<bool>(index, "requires_aesthetics_score", false, place))
        throw Error(
            "%1 is a model of Stable Diffusion XL and no refiner, which has one text encoder and requires an aesthetic "
            "score; give one such as sd_xl_refiner_1.0.safetensors, or leave it out.",
            place);
}

}  // namespace

const Family& stable_diffusion_xl_refiner() {
    static const Family family = {
        .name = "stable_diffusion_xl_refiner",
        .title = refiner_title,
        .task = "image",
        .refines = "Stable Diffusion XL",
        .pipeline_classes = {"StableDiffusionXLImg2ImgPipeline"},
        .components = {{"unet", "config.json", {"UNet2DConditionModel"}, "diffusion_pytorch_model"},
                       {"vae", "config.json", {"AutoencoderKL"}, "diffusion_pytorch_model"},
                       {"text_encoder_2", "config.json", {"CLIPTextModelWithProjection"}, "model", "text_model"},
                       {"tokenizer_2", "tokenizer_config.json", {"CLIPTokenizer", "CLIPTokenizerFast"}},
                       {"scheduler", "scheduler_config.json"}},
        .network = "unet",
        .tokenizers = {{"tokenizer_2", &open_clip_tokenizer}},
        .embedding_parts = {{"clip_g", "text_encoder_2"}},
        .recognises = &holds_stable_diffusion_xl_refiner,
        .read_file = &read_stable_diffusion_xl_refiner,
        .traits = &stable_diffusion_xl_traits,
        .describe =
            [](const ModelFiles& model, const DescribedShape& shape) {
                return describe_unet_model(stable_diffusion_xl_refiner_kind(), model, shape);
            },
    };
    return family;
}

void check_refiner(const ModelFiles& model, const ModelFiles& refiner) {
    check_index(refiner);
    const Json theirs = refiner.config("unet").value("in_channels", Json()),
               ours = model.config("unet").value("in_channels", Json());
    if (theirs != ours)
        throw Error(
            "%1 is a refiner of pictures with %2 latent channels, and the model has %3; give one that was made for it.",
            refiner.path(), theirs.dump(), ours.dump());
    if (!refiner.lacks("vae")) check_same_latents(refiner, model);
}

}  // namespace fanlight
