#include "core/families/stable_diffusion/single_file.h"

#include "core/checkpoints/tensor_number.h"
#include "core/families/parts/autoencoder_checkpoint.h"
#include "core/families/parts/clip_checkpoint.h"
#include "core/families/parts/unet_checkpoint.h"

namespace fanlight {

namespace {

constexpr std::string_view clip_prefix = "cond_stage_model.transformer.", open_clip_prefix = "cond_stage_model.model.";

/// What no tensor shows, for each version of checkpoint.
struct Version {
    int64_t heads;  ///< of each layer of the network; 0: as many as fit at the width of the text encoder's
    int sample_size;
    const char* scheduler;
    const char* prediction;
    const char* pad_token;  ///< what the tokenizer pads a prompt with; nothing else of it differs
};
constexpr Version first{8, 64, "PNDMScheduler", "epsilon", "<|endoftext|>"},
    second{0, 96, "DDIMScheduler", "v_prediction", "!"}, second_base{0, 64, "DDIMScheduler", "epsilon", "!"};

/// Of all Stable Diffusion 2 checkpoints only the base predicts the noise; if nothing else is known, it is recognised
/// by its number of training steps.
bool is_base_of_second(const CheckpointSource& file) {
    constexpr double steps_of_base = 875000;
    if (!file.training.prediction.empty()) return file.training.prediction == second_base.prediction;
    const auto found = file.tensors.find("global_step");
    return found != file.tensors.end() && number_of(found->second) == steps_of_base;
}

Json scheduler_config(const Version& version) {
    return {{"_class_name", version.scheduler},
            {"num_train_timesteps", 1000},
            {"beta_start", 0.00085},
            {"beta_end", 0.012},
            {"beta_schedule", "scaled_linear"},
            {"prediction_type", version.prediction},
            {"set_alpha_to_one", false},
            {"skip_prk_steps", true},
            {"steps_offset", 1},
            {"clip_sample", false}};
}

}  // namespace

bool holds_stable_diffusion(const TensorEntries& tensors) {
    for (const std::string_view prefix : {original_unet, original_vae, clip_prefix, open_clip_prefix})
        if (has_key_below(tensors, prefix)) return true;
    return false;
}

FileContents read_stable_diffusion(const CheckpointSource& file) {
    const CheckpointPart unet_part(file, original_unet), vae_part(file, original_vae), clip_part(file, clip_prefix),
        open_clip_part(file, open_clip_prefix);
    if (unet_part.empty()) unet_part.refuse("has no network of Stable Diffusion");
    if (vae_part.empty() && clip_part.empty() && open_clip_part.empty())
        unet_part.refuse("is a network alone, which goes with --transformer beside a whole model");
    if (clip_part.empty() && open_clip_part.empty()) unet_part.refuse("has no text encoder that is known");
    if (!clip_part.empty() && !open_clip_part.empty()) unet_part.refuse("has two text encoders");

    if (unet_part.has("label_emb.0.0.weight"))
        unet_part.refuse("has a network that is told more of a picture than one text");

    const bool has_clip = !clip_part.empty();
    const Version& version = has_clip ? first : is_base_of_second(file) ? second_base : second;
    ClipCheckpoint text = has_clip ? read_clip(clip_part) : read_open_clip(open_clip_part, LastLayer::Without);
    DecoderCheckpoint vae = vae_part.empty() ? usual_decoder() : read_decoder(vae_part);
    vae.config["scaling_factor"] = 0.18215;
    vae.config["sample_size"] = 8 * version.sample_size;
    UNetCheckpoint unet = read_unet(
        unet_part, [&](int64_t width) { return version.heads > 0 ? version.heads : heads_of_width(unet_part, width); });
    unet.config["sample_size"] = version.sample_size;
    check_unet_input(unet_part, unet.config, vae.config);

    return {.configs = {{"unet", std::move(unet.config)},
                        {"vae", std::move(vae.config)},
                        {"text_encoder", std::move(text.config)},
                        {"tokenizer", {{"model_max_length", 77}, {"pad_token", version.pad_token}}},
                        {"scheduler", scheduler_config(version)}},
            .tensors = {{"unet", std::move(unet.tensors)},
                        {"vae", std::move(vae.tensors)},
                        {"text_encoder", std::move(text.tensors)}}};
}

}  // namespace fanlight
