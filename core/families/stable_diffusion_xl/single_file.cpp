#include "core/families/stable_diffusion_xl/single_file.h"

#include "core/families/family.h"
#include "core/families/parts/autoencoder_checkpoint.h"
#include "core/families/parts/clip_checkpoint.h"
#include "core/families/parts/unet_checkpoint.h"

namespace fanlight {

namespace {

constexpr std::string_view encoders_prefix = "conditioner.embedders.",
                           clip_prefix = "conditioner.embedders.0.transformer.",
                           open_clip_prefix = "conditioner.embedders.1.model.",
                           refiner_clip_prefix = "conditioner.embedders.0.model.", of_version_2 = "cond_stage_model.";

Json scheduler_config() {
    return {{"_class_name", "EulerDiscreteScheduler"},
            {"num_train_timesteps", 1000},
            {"beta_start", 0.00085},
            {"beta_end", 0.012},
            {"beta_schedule", "scaled_linear"},
            {"prediction_type", "epsilon"},
            {"timestep_spacing", "leading"},
            {"steps_offset", 1},
            // Of other methods
            {"set_alpha_to_one", false},
            {"skip_prk_steps", true},
            {"clip_sample", false}};
}

/// The width of each of the numbers that the network is told besides the text as one vector.
int64_t number_width(const CheckpointPart& part, const Json& unet, int64_t pooled, int64_t numbers) {
    if (!unet.contains("projection_class_embeddings_input_dim"))
        part.refuse("has a network that is told nothing of a picture's size");
    const int64_t width = unet["projection_class_embeddings_input_dim"].get<int64_t>() - pooled;
    if (width < numbers || width % numbers != 0)
        part.refuse(Sentence("has a network that is told %1 numbers besides a text of %2, and not %3 of equal width",
                             width, pooled, numbers));
    return width / numbers;
}

/// The network and the decoder of either model. `pooled`: width of a text as one vector.
struct Painter {
    UNetCheckpoint unet;
    DecoderCheckpoint vae;

    Painter(const CheckpointPart& unet_part, const CheckpointPart& vae_part, int64_t pooled, int64_t numbers)
        : unet(read_unet(unet_part, [&](int64_t width) { return heads_of_width(unet_part, width); })),
          vae(vae_part.empty() ? usual_decoder() : read_decoder(vae_part)) {
        vae.config["scaling_factor"] = 0.13025;
        vae.config["sample_size"] = 1024;
        unet.config["sample_size"] = 128;
        unet.config["addition_time_embed_dim"] = number_width(unet_part, unet.config, pooled, numbers);
        check_unet_input(unet_part, unet.config, vae.config);
    }
};

}  // namespace

bool holds_stable_diffusion_xl(const TensorEntries& tensors) {
    const bool is_told = has_key_below(tensors, std::string(original_unet).append("label_emb."));
    return has_key_below(tensors, encoders_prefix) || (is_told && !has_key_below(tensors, of_version_2));
}

FileContents read_stable_diffusion_xl(const CheckpointSource& file) {
    const CheckpointPart unet_part(file, original_unet), vae_part(file, original_vae), clip_part(file, clip_prefix),
        open_clip_part(file, open_clip_prefix);
    if (unet_part.empty()) unet_part.refuse("has no network of Stable Diffusion");
    if (vae_part.empty() && clip_part.empty() && open_clip_part.empty())
        unet_part.refuse("is a network alone, which goes with --transformer beside a whole model");
    if (clip_part.empty() || open_clip_part.empty())
        unet_part.refuse("lacks one of the two text encoders of Stable Diffusion XL");

    ClipCheckpoint clip = read_clip(clip_part), open_clip = read_open_clip(open_clip_part, LastLayer::With);
    constexpr int64_t numbers = 6;
    auto [unet, vae] = Painter(unet_part, vae_part, open_clip.config["projection_dim"], numbers);

    return {.configs = {{"unet", std::move(unet.config)},
                        {"vae", std::move(vae.config)},
                        {"text_encoder", std::move(clip.config)},
                        {"text_encoder_2", std::move(open_clip.config)},
                        {"tokenizer", {{"model_max_length", 77}, {"pad_token", "<|endoftext|>"}}},
                        {"tokenizer_2", {{"model_max_length", 77}, {"pad_token", "!"}}},
                        {"scheduler", scheduler_config()},
                        {index_config, {{"force_zeros_for_empty_prompt", true}}}},
            .tensors = {{"unet", std::move(unet.tensors)},
                        {"vae", std::move(vae.tensors)},
                        {"text_encoder", std::move(clip.tensors)},
                        {"text_encoder_2", std::move(open_clip.tensors)}}};
}

bool holds_stable_diffusion_xl_refiner(const TensorEntries& tensors) {
    return has_key_below(tensors, refiner_clip_prefix);
}

FileContents read_stable_diffusion_xl_refiner(const CheckpointSource& file) {
    const CheckpointPart unet_part(file, original_unet), vae_part(file, original_vae),
        clip_part(file, refiner_clip_prefix);
    if (unet_part.empty()) unet_part.refuse("has no network of Stable Diffusion");

    ClipCheckpoint clip = read_open_clip(clip_part, LastLayer::With);
    constexpr int64_t numbers = 5;
    auto [unet, vae] = Painter(unet_part, vae_part, clip.config["projection_dim"], numbers);

    return {.configs = {{"unet", std::move(unet.config)},
                        {"vae", std::move(vae.config)},
                        {"text_encoder_2", std::move(clip.config)},
                        {"tokenizer_2", {{"model_max_length", 77}, {"pad_token", "!"}}},
                        {"scheduler", scheduler_config()},
                        {index_config, {{"force_zeros_for_empty_prompt", false}, {"requires_aesthetics_score", true}}}},
            .tensors = {{"unet", std::move(unet.tensors)},
                        {"vae", std::move(vae.tensors)},
                        {"text_encoder_2", std::move(clip.tensors)}}};
}

}  // namespace fanlight
