#include "core/families/parts/given_vae.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/families/parts/autoencoder_checkpoint.h"
#include "core/families/parts/autoencoder_config.h"
#include "core/families/parts/autoencoder_tiny_config.h"
#include "core/families/parts/given_component.h"

namespace fanlight {

namespace {

constexpr const char* vae_component = "vae";

const Sentence& vae_advice() {
    static const Sentence advice(
        "give a VAE of the model's family, such as vae-ft-mse-840000-ema-pruned.safetensors for Stable Diffusion 1, "
        "ae.safetensors for FLUX.1 and Z-Image, or flux2-vae.safetensors for FLUX.2 klein.");
    return advice;
}

/// A decoder under diffusers' names, and what its tensors tell of it.
struct ReadDecoder {
    Json config;
    TensorEntries tensors;
};

/// The class of diffusers' that a decoder with these tensors is.
const char* class_of(const CheckpointPart& part) {
    return part.has("bn.running_mean") ? "AutoencoderKLFlux2" : "AutoencoderKL";
}

ReadDecoder read_original(const CheckpointPart& part) {
    DecoderCheckpoint decoder = read_decoder(part);
    decoder.config["_class_name"] = class_of(part);
    decoder.config["use_post_quant_conv"] = decoder.tensors.contains("post_quant_conv.weight");
    return {std::move(decoder.config), std::move(decoder.tensors)};
}

ReadDecoder read_of_diffusers(const CheckpointPart& part) {
    const std::string block = "decoder.up_blocks.", first = ".resnets.0.conv1.weight";
    const int64_t blocks = part.count(block, first), layers = part.count(block + "0.resnets.", ".conv1.weight") - 1;
    if (layers < 1) part.refuse("has no decoder of several blocks");
    Json channels = Json::array();
    for (int64_t b = blocks - 1; b >= 0; --b) channels.push_back(part.shape(block + std::to_string(b) + first, 4)[0]);
    Json config = {{"_class_name", class_of(part)},
                   {"block_out_channels", channels},
                   {"up_block_types", std::vector<std::string>(static_cast<size_t>(blocks), "UpDecoderBlock2D")},
                   {"layers_per_block", layers},
                   {"latent_channels", part.shape("decoder.conv_in.weight", 4)[1]},
                   {"out_channels", part.shape("decoder.conv_out.weight", 4)[0]},
                   {"use_post_quant_conv", part.has("post_quant_conv.weight")},
                   {"mid_block_add_attention", has_key_below(part.tensors(), "decoder.mid_block.attentions.0.")}};
    return {std::move(config), part.tensors()};
}

ReadDecoder read_tiny(const CheckpointPart& part) { return {tiny_config_of(part), part.tensors()}; }

ReadDecoder read_original_tiny(const CheckpointPart& part) {
    ReadDecoder decoder{{}, tiny_decoder_tensors(part)};
    const CheckpointSource renamed{"", decoder.tensors, {}, vae_advice()};
    decoder.config = tiny_config_of(CheckpointPart(renamed, ""));
    return decoder;
}

constexpr double scaling_of_first = 0.18215, scaling_of_xl = 0.13025;

/// The text encoders beside the decoder tell whose it is.
constexpr std::pair<const char*, double> whole_checkpoints[] = {{"cond_stage_model.", scaling_of_first},
                                                                {"conditioner.embedders.", scaling_of_xl}};

/// Where a file may have a decoder, told by a key below the prefix.
struct VaeNaming {
    const char* prefix;
    const char* key;
    ReadDecoder (*read)(const CheckpointPart& part);
};
constexpr const char *original_key = "decoder.up.0.block.0.conv1.weight",
                     *diffusers_key = "decoder.up_blocks.0.resnets.0.conv1.weight";
constexpr VaeNaming vae_namings[] = {{"first_stage_model.", original_key, &read_original},
                                     {"", original_key, &read_original},
                                     {"", diffusers_key, &read_of_diffusers},
                                     {"vae.", original_key, &read_original},
                                     {"vae.", diffusers_key, &read_of_diffusers},
                                     {"", "decoder.layers.0.weight", &read_tiny},
                                     {"taesd_decoder.", "3.conv.0.weight", &read_original_tiny},
                                     {"", "3.conv.0.weight", &read_original_tiny}};

/// What other files that users confuse with it have.
struct NotVae {
    const char* prefix;
    SentencePattern<std::string, Sentence> refusal;
};
constexpr SentencePattern<std::string, Sentence> is_prompt_reader =
    "%1 is a text encoder, which goes with --text-encoder; %2";
constexpr NotVae not_vaes[] = {
    {"lora_", "%1 is a LoRA, which goes with --lora; %2"},
    {"unet.down_blocks.", "%1 is a LoRA, which goes with --lora; %2"},
    {"text_model.", is_prompt_reader},
    {"embeddings.token_embedding.", is_prompt_reader},  // with layers called as a tiny VAE's
    {"transformer.resblocks.", is_prompt_reader},
    {"encoder.block.", is_prompt_reader},
    {"model.embed_tokens.", is_prompt_reader},
    {"embed_tokens.", is_prompt_reader},
    {"token_embd.", is_prompt_reader},
    {"down_blocks.", "%1 is a UNet; %2"},
    {"control_model.", "%1 is a ControlNet; %2"},
    {"encoder.layers.0.", "%1 is the encoder of a tiny VAE without its decoder; %2"},
    {"1.conv.", "%1 is the encoder of a tiny VAE without its decoder; %2"},
};

[[noreturn]] void refuse_as_vae(const GivenComponent& given) {
    for (const auto& [prefix, refusal] : not_vaes)
        if (has_key_below(given.entries, prefix)) throw Error(refusal, given.place, vae_advice());
    std::vector<std::string> keys;
    for (const VaeNaming& naming : vae_namings) keys.push_back(naming.prefix + std::string(naming.key));
    throw Error("%1 is not a VAE: it has none of the tensors %2; %3", given.place, one_of(keys), vae_advice());
}

ReadDecoder read_by_names(const GivenComponent& given) {
    const CheckpointSource source = given.source(vae_advice());
    for (const VaeNaming& naming : vae_namings) {
        const std::string prefix = naming.prefix;
        if (!given.entries.contains(prefix + naming.key)) continue;
        if (naming.read == &read_original_tiny && given.entries.contains(prefix + "0.weight")) continue;  // an encoder
        ReadDecoder decoder = naming.read(CheckpointPart(source, naming.prefix));
        for (const auto& [beginning, scaling] : whole_checkpoints)
            if (has_key_below(given.entries, beginning)) decoder.config["scaling_factor"] = scaling;
        return decoder;
    }
    refuse_as_vae(given);
}

/// `own` with what the folder says, or the tensors tell.
Json given_config_of(const GivenComponent& given, const Json& told, const Json& own) {
    Json config = Json::object();
    const std::string kind = told.value("_class_name", "");
    if (kind == "AutoencoderTiny") return given.config ? *given.config : told;
    for (const char* key :
         {"scaling_factor", "shift_factor", "norm_num_groups", "act_fn", "sample_size", "batch_norm_eps"})
        if (own.contains(key)) config[key] = own[key];
    config.update(given.config ? *given.config : told);
    return config;
}

void check_class(const GivenComponent& given, const Json& told) {
    if (!given.config) return;
    const auto name = optional_or<std::string>(*given.config, "_class_name", "AutoencoderKL", given.place);
    const std::vector<std::string> known = {"AutoencoderKL", "AutoencoderKLFlux2", "AutoencoderTiny"};
    if (std::find(known.begin(), known.end(), name) == known.end())
        throw Error("%1 is a VAE of the class %2; %3", given.place, in_quotes(name), vae_advice());
    if (name != told.at("_class_name"))
        throw Error("%1: its config.json is of another VAE than its weights; download it again.", given.place);
}

/// The latents that a decoder takes, and the pixels that it makes of each of their sides.
struct Latents {
    int64_t channels, factor;
    int64_t own_channels;  ///< before squares of them are laid one behind the other for the network
};

Latents latents_of(const Json& config) {
    if (is_tiny_autoencoder(config)) {
        const AutoencoderTinyConfig tiny(config);
        return {tiny.latent_channels, tiny.factor(), tiny.latent_channels};
    }
    const AutoencoderConfig vae(config);
    return {vae.sampled_channels(), vae.factor(), vae.latent_channels};
}

/// Latents of one family mean nothing to a decoder of another, and only this number tells them apart.
void check_scaling(const GivenComponent& given, const Json& config, const Json& own) {
    constexpr std::pair<double, const char*> families[] = {{scaling_of_first, "Stable Diffusion 1 or 2"},
                                                           {scaling_of_xl, "Stable Diffusion XL"}};
    const auto family_of = [&](const Json& json) -> const char* {
        const double scaling = AutoencoderConfig(json).scaling_factor;
        for (const auto& [factor, name] : families)
            if (scaling == factor) return name;
        return nullptr;
    };
    const char *theirs = is_tiny_autoencoder(config) ? nullptr : family_of(config), *ours = family_of(own);
    if (theirs && ours && std::string_view(theirs) != ours)
        throw Error("%1 is a VAE of %2, and the model is of %3; %4", given.place, theirs, ours, vae_advice());
}

/// `lacks`: the model has none, and `own` is what is usual.
void check_latents(const GivenComponent& given, const Json& config, const Json& own, bool lacks) {
    const Latents theirs = latents_of(config), ours = latents_of(own);
    if (theirs.channels != ours.channels) {
        const bool are_told_apart = theirs.own_channels != ours.own_channels;
        throw Error("%1 is a VAE of %2 latent channels, and the model has %3; %4", given.place,
                    are_told_apart ? theirs.own_channels : theirs.channels,
                    are_told_apart ? ours.own_channels : ours.channels, vae_advice());
    }
    if (theirs.factor != ours.factor && !lacks)
        throw Error("%1 is a VAE that makes %2 pixels in each direction of a latent one, and the model's makes %3; %4",
                    given.place, theirs.factor, ours.factor, vae_advice());
}

}  // namespace

std::vector<OtherComponent> read_given_vae(const ModelFiles& model, const std::filesystem::path& path) {
    const GivenComponent given(path, model.component(vae_component).weights);
    ReadDecoder decoder = read_by_names(given);
    const Json own = model.config(vae_component);
    check_class(given, decoder.config);
    Json config = given_config_of(given, decoder.config, own);
    std::string class_name = decoder.config.at("_class_name");
    config["_class_name"] = class_name;
    try {
        check_latents(given, config, own, model.lacks(vae_component));
        check_scaling(given, config, own);
    } catch (const Error& error) {
        const Sentence sentence = sentence_of(error);
        if (sentence.text().starts_with(given.place)) throw;
        throw Error("%1: %2", given.place, sentence);
    }
    return {{vae_component, std::move(class_name), std::move(config), given.stored_as(decoder.tensors), given.place}};
}

void check_same_latents(const ModelFiles& other, const ModelFiles& model) {
    const Json their_config = other.config(vae_component), our_config = model.config(vae_component);
    const Latents theirs = latents_of(their_config), ours = latents_of(our_config);
    const auto scaling = [](const Json& config) { return AutoencoderConfig(config).scaling_factor; };
    const bool is_tiny = is_tiny_autoencoder(our_config) || is_tiny_autoencoder(their_config);
    const bool is_scaled_alike = is_tiny || scaling(their_config) == scaling(our_config);
    if (theirs.channels != ours.channels || theirs.factor != ours.factor || !is_scaled_alike)
        throw Error(
            "%1 has a VAE for other latents than the model's, so neither can go on where the other ends; give a "
            "refiner that was made for the model.",
            other.path());
}

}  // namespace fanlight
