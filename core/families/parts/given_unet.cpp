#include "core/families/parts/given_unet.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/families/parts/given_component.h"
#include "core/families/parts/unet_checkpoint.h"
#include "core/families/parts/unet_config.h"

namespace fanlight {

namespace {

constexpr const char *unet_component = "unet", *unet_class = "UNet2DConditionModel";

const Sentence& unet_advice() {
    static const Sentence advice(
        "give a UNet that was made from a model of the same family, such as sdxl_lightning_4step_unet.safetensors for "
        "Stable Diffusion XL.");
    return advice;
}

/// Where a file may have a UNet, told by a key below the prefix.
struct UNetNaming {
    const char* prefix;
    const char* key;
    bool is_original;
};
constexpr const char *original_unet_key = "input_blocks.0.0.weight",
                     *diffusers_unet_key = "down_blocks.0.resnets.0.norm1.weight";
constexpr UNetNaming unet_namings[] = {{"model.diffusion_model.", original_unet_key, true},
                                       {"diffusion_model.", original_unet_key, true},
                                       {"", original_unet_key, true},
                                       {"", diffusers_unet_key, false},
                                       {"unet.", diffusers_unet_key, false}};

/// What other files that users confuse with it have.
struct NotUNet {
    const char* prefix;
    SentencePattern<std::string, Sentence> refusal;
};
constexpr NotUNet not_unets[] = {
    {"lora_", "%1 is a LoRA, which goes with --lora; %2"},
    {"control_model.", "%1 is a ControlNet; %2"},
    {"controlnet_cond_embedding.", "%1 is a ControlNet; %2"},
    {"input_hint_block.", "%1 is a ControlNet; %2"},
    {"first_stage_model.", "%1 is a VAE, which goes with --vae; %2"},
    {"decoder.", "%1 is a VAE, which goes with --vae; %2"},
    {"text_model.", "%1 is a text encoder, which goes with --text-encoder; %2"},
    {"transformer.resblocks.", "%1 is a text encoder, which goes with --text-encoder; %2"},
    {"double_blocks.", "%1 is the network of a model that is no Stable Diffusion; %2"},
    {"transformer_blocks.", "%1 is the network of a model that is no Stable Diffusion; %2"},
    {"joint_blocks.", "%1 is the network of a model that is no Stable Diffusion; %2"},
};

const UNetNaming& unet_naming_of(const GivenComponent& given) {
    const auto has = [&](const UNetNaming& naming) {
        return given.entries.contains(naming.prefix + std::string(naming.key));
    };
    if (!has(unet_namings[0]))  // a whole checkpoint has some of these, too
        for (const auto& [prefix, refusal] : not_unets)
            if (has_key_below(given.entries, prefix)) throw Error(refusal, given.place, unet_advice());
    const auto* found = std::find_if(std::begin(unet_namings), std::end(unet_namings), has);
    if (found != std::end(unet_namings)) return *found;
    std::vector<std::string> keys;
    for (const UNetNaming& naming : unet_namings) keys.push_back(naming.prefix + std::string(naming.key));
    throw Error("%1 is not a UNet: it has none of the tensors %2; %3", given.place, one_of(keys), unet_advice());
}

/// Under diffusers' names. `own`: the config of the model's own, whose layers it has.
TensorEntries unet_tensors_of(const CheckpointPart& part, bool is_original, const Json& own) {
    // What trainers write into a file beside the network belongs to no module.
    const auto is_no_layer = [](const std::string& key) { return key.find('.') == std::string::npos; };
    if (is_original) return part.renamed(original_unet_names(own), is_no_layer);
    TensorEntries tensors = part.tensors();
    std::erase_if(tensors, [&](const auto& entry) { return is_no_layer(entry.first); });
    return tensors;
}

struct Likeness {
    int64_t theirs, ours;
    SentencePattern<std::string, std::string, std::string, Sentence> refusal;
};

/// No network can take the place of one that is told or makes something else.
void check_unet_like(const GivenComponent& given, const UNetConfig& theirs, const UNetConfig& ours) {
    const Likeness all[] = {
        {theirs.down_blocks.front().context_dim, ours.down_blocks.front().context_dim,
         "%1 is a UNet that reads texts of width %2, and the model's reads those of %3; %4"},
        {theirs.in_channels, ours.in_channels, "%1 is a UNet of %2 channels of input, and the model's has %3; %4"},
        {theirs.out_channels, ours.out_channels, "%1 is a UNet of %2 channels of output, and the model's has %3; %4"},
        {theirs.added_width, ours.added_width,
         "%1 is a UNet that is told %2 numbers besides a text, and the model's is told %3; %4"}};
    for (const auto& [their, our, refusal] : all)
        if (their != our) throw Error(refusal, given.place, std::to_string(their), std::to_string(our), unet_advice());
}

constexpr const char* guidance_input_key = "time_embedding.cond_proj.weight";

/// The file's layers must be those of the model's own, but for an input that it or the model has for the scale.
void check_unet_layers(const GivenComponent& given, TensorEntries tensors, StoredTensors own) {
    tensors.erase(guidance_input_key);
    own.tensors.erase(guidance_input_key);
    check_same_tensors(given, tensors, own, unet_advice());
}

/// What the file shows of its config: all but the widths below is the model's own.
Json unet_config_of_file(const TensorEntries& tensors, Json own) {
    own.erase("time_cond_proj_dim");
    for (const auto& [key, tensor] : tensors) {
        if (key == guidance_input_key && tensor.shape.size() == 2) own["time_cond_proj_dim"] = tensor.shape[1];
        if (key.ends_with(".attn2.to_k.weight") && tensor.shape.size() == 2)
            own["cross_attention_dim"] = tensor.shape[1];
        if ((key == "conv_in.weight" || key == original_unet_key) && tensor.shape.size() == 4)
            own["in_channels"] = tensor.shape[1];
    }
    return own;
}

OtherComponent read_unet_folder(const GivenComponent& given, const Json& own) {
    Json config = *given.config;
    const auto name = optional_or<std::string>(config, "_class_name", unet_class, given.place);
    if (name != unet_class)
        throw Error("%1 is a network of the class %2; %3", given.place, in_quotes(name), unet_advice());
    check_unet_like(given, UNetConfig(config), UNetConfig(own));
    return {unet_component, unet_class, std::move(config), given.stored, given.place};
}

OtherComponent read_unet_file(const GivenComponent& given, const UNetNaming& naming, const Json& own,
                              const StoredTensors& own_tensors) {
    const CheckpointPart part(given.source(unet_advice()), naming.prefix);
    check_unet_like(given, UNetConfig(unet_config_of_file(part.tensors(), own)), UNetConfig(own));
    const TensorEntries tensors = unet_tensors_of(part, naming.is_original, own);
    check_unet_layers(given, tensors, own_tensors);
    Json config = unet_config_of_file(tensors, own);
    return {unet_component, unet_class, std::move(config), given.stored_as(tensors), given.place};
}

}  // namespace

std::vector<OtherComponent> read_given_unet(const ModelFiles& model, const std::filesystem::path& path) {
    const GivenComponent given(path, model.component(unet_component).weights);
    const UNetNaming& naming = unet_naming_of(given);
    const Json own = model.config(unet_component);
    try {
        if (given.config) return {read_unet_folder(given, own)};
        return {read_unet_file(given, naming, own, model.tensors(unet_component))};
    } catch (const Error& error) {
        const Sentence sentence = sentence_of(error);
        if (sentence.text().starts_with(given.place)) throw;
        throw Error("%1: %2", given.place, sentence);
    }
}

}  // namespace fanlight
