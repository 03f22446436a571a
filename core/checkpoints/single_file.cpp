#include "core/checkpoints/single_file.h"

#include <cstring>
#include <utility>
#include <vector>

#include "core/base/error.h"
#include "core/checkpoints/key_maps.h"

namespace fanlight {

namespace {

constexpr std::string_view unet_prefix = "model.diffusion_model.", vae_prefix = "first_stage_model.",
                           clip_prefix = "cond_stage_model.transformer.", open_clip_prefix = "cond_stage_model.model.";
constexpr int64_t head_width = 64;  ///< of CLIP's text encoders, and of the network of Stable Diffusion 2

/// What else comes in one .safetensors file, by the beginning of a key.
struct OtherKind {
    std::string_view key;
    const char* what;
};
constexpr OtherKind other_kinds[] = {
    {"conditioner.embedders.", "is a checkpoint of Stable Diffusion XL"},
    {"model.diffusion_model.joint_blocks.", "is a checkpoint of Stable Diffusion 3"},
    {"model.diffusion_model.double_blocks.", "is a checkpoint of Flux"},
    {"double_blocks.", "is a checkpoint of Flux"},
    {"control_model.", "is a ControlNet"},
    {"lora_", "is a LoRA, which goes with --lora"},
    {"unet.down_blocks.", "is a LoRA, which goes with --lora"},
    {"down_blocks.", "is one part of a model in diffusers' format, whose folder is the model"},
    {"text_model.", "is one part of a model in diffusers' format, whose folder is the model"},
};

bool has_key_below(const TensorEntries& tensors, std::string_view prefix) {
    const auto first = tensors.lower_bound(std::string(prefix));
    return first != tensors.end() && first->first.starts_with(prefix);
}

/// The tensors below `prefix`, without it.
TensorEntries below(const TensorEntries& tensors, std::string_view prefix) {
    TensorEntries part;
    for (auto it = tensors.lower_bound(std::string(prefix)); it != tensors.end() && it->first.starts_with(prefix); ++it)
        part.emplace_hint(part.end(), it->first.substr(prefix.size()), it->second);
    return part;
}

/// How many of NAME0REST, NAME1REST, … there are without a gap.
int64_t count(const TensorEntries& tensors, const std::string& name, const std::string& rest) {
    int64_t number = 0;
    while (tensors.contains(name + std::to_string(number) + rest)) ++number;
    return number;
}

}  // namespace

/// One component's tensors under their original names, from which its configuration follows.
class SingleFile::Part {
public:
    Part(const std::string& file, const TensorEntries& tensors, std::string_view prefix)
        : file_(file), prefix_(prefix), tensors_(below(tensors, prefix)) {}

    const TensorEntries& tensors() const { return tensors_; }
    bool has(const std::string& key) const { return tensors_.contains(key); }

    const std::vector<int64_t>& shape(const std::string& key, size_t rank) const {
        const auto found = tensors_.find(key);
        if (found == tensors_.end()) refuse("has no tensor \"" + prefix_ + key + "\"");
        if (found->second.shape.size() != rank)
            refuse("has a tensor \"" + prefix_ + key + "\" of " + std::to_string(found->second.shape.size()) +
                   " dimensions where there must be " + std::to_string(rank));
        return found->second.shape;
    }

    [[noreturn]] void refuse(const std::string& reason) const {
        throw Error(file_ + " " + reason + "; choose a checkpoint of Stable Diffusion 1 or 2, or a diffusers folder.");
    }

    /// Each under its name in diffusers. Of what the map does not hold, `surplus` says whether it may be left out.
    template <typename Surplus>
    TensorEntries renamed(const KeyMap& map, const Surplus& surplus) const {
        TensorEntries result;
        for (const auto& [key, tensor] : tensors_) {
            const auto name = mapped_key(map, key);
            if (!name && !surplus(key)) refuse("has a tensor \"" + (prefix_ + key).substr(0, 200) + "\" too many");
            if (name && !result.emplace(*name, tensor).second)
                refuse("has the tensor \"" + name->substr(0, 200) + "\" under two names");
        }
        return result;
    }

private:
    const std::string& file_;
    std::string prefix_;
    TensorEntries tensors_;
};

namespace {

using Part = SingleFile::Part;

int64_t heads_of(const Part& part, int64_t width) {
    if (width < head_width || width % head_width != 0)
        part.refuse("has layers of width " + std::to_string(width) + ", which does not divide into heads of " +
                    std::to_string(head_width));
    return width / head_width;
}

/// Blocks of a resolution, from where the network halves the first time, and resolutions.
std::pair<int64_t, int64_t> layers_and_blocks(const Part& unet) {
    const auto convolution = [&](int64_t i) {
        return unet.has("input_blocks." + std::to_string(i) + ".0.in_layers.2.weight");
    };
    int64_t layers = 0, inputs = 1;
    while (convolution(layers + 1)) ++layers;
    while (convolution(inputs) || unet.has("input_blocks." + std::to_string(inputs) + ".0.op.weight")) ++inputs;
    if (layers == 0 || inputs % (layers + 1) != 0)
        unet.refuse("has " + std::to_string(inputs) + " input blocks, which is no network of Stable Diffusion 1 or 2");
    return {layers, inputs / (layers + 1)};
}

int64_t context_width(const Part& unet) {
    for (const auto& [key, tensor] : unet.tensors())
        if (key.ends_with(".attn2.to_k.weight")) return unet.shape(key, 2)[1];
    unet.refuse("has a network that is told nothing by a text");
}

Json unet_config(const Part& unet, bool second, int64_t layers, int64_t blocks, int sample_size) {
    Json channels = Json::array(), heads = Json::array(), down = Json::array(), up = Json::array();
    int64_t projection_rank = 0;
    for (int64_t b = 0; b < blocks; ++b) {
        const std::string first = "input_blocks." + std::to_string(1 + b * (layers + 1));
        const int64_t width = unet.shape(first + ".0.in_layers.2.weight", 4)[0];
        const auto projection = unet.tensors().find(first + ".1.proj_in.weight");
        const bool attends = projection != unet.tensors().end();
        if (attends) projection_rank = static_cast<int64_t>(projection->second.shape.size());
        channels.push_back(width);
        heads.push_back(second ? heads_of(unet, width) : 8);
        down.push_back(attends ? "CrossAttnDownBlock2D" : "DownBlock2D");
        up.insert(up.begin(), attends ? "CrossAttnUpBlock2D" : "UpBlock2D");
    }
    return {{"_class_name", "UNet2DConditionModel"},
            {"in_channels", unet.shape("input_blocks.0.0.weight", 4)[1]},
            {"out_channels", unet.shape("out.2.weight", 4)[0]},
            {"block_out_channels", channels},
            {"down_block_types", down},
            {"up_block_types", up},
            {"layers_per_block", layers},
            {"attention_head_dim", heads},  // the number of heads, whatever its name says
            {"cross_attention_dim", context_width(unet)},
            {"use_linear_projection", projection_rank == 2},
            {"sample_size", sample_size}};
}

Json vae_config(const Part& vae, int64_t blocks, int64_t layers) {
    Json channels = Json::array();
    for (int64_t b = 0; b < blocks; ++b)
        channels.push_back(vae.shape("decoder.up." + std::to_string(b) + ".block.0.conv1.weight", 4)[0]);
    return {{"_class_name", "AutoencoderKL"},
            {"block_out_channels", channels},
            {"up_block_types", std::vector<std::string>(static_cast<size_t>(blocks), "UpDecoderBlock2D")},
            {"layers_per_block", layers},
            {"latent_channels", vae.shape("decoder.conv_in.weight", 4)[1]},
            {"out_channels", vae.shape("decoder.conv_out.weight", 4)[0]},
            {"scaling_factor", 0.18215}};
}

/// The sizes under which transformers' CLIPTextModel reads `tensors`, which have its names.
Json text_config(const Part& part, const TensorEntries& tensors, int64_t layers, const char* activation) {
    const auto sizes = [&](const std::string& name) {
        const auto found = tensors.find("text_model." + name);
        if (found == tensors.end() || found->second.shape.size() != 2)
            part.refuse("has no text encoder with " + name + " of 2 dimensions");
        return found->second.shape;
    };
    const auto tokens = sizes("embeddings.token_embedding.weight");
    return {{"vocab_size", tokens[0]},
            {"hidden_size", tokens[1]},
            {"max_position_embeddings", sizes("embeddings.position_embedding.weight")[0]},
            {"intermediate_size", sizes("encoder.layers.0.mlp.fc1.weight")[0]},
            {"num_hidden_layers", layers},
            {"num_attention_heads", heads_of(part, tokens[1])},
            {"hidden_act", activation}};
}

Json scheduler_config(bool second, bool predicts_v) {
    return {{"_class_name", second ? "DDIMScheduler" : "PNDMScheduler"},
            {"num_train_timesteps", 1000},
            {"beta_start", 0.00085},
            {"beta_end", 0.012},
            {"beta_schedule", "scaled_linear"},
            {"prediction_type", predicts_v ? "v_prediction" : "epsilon"},
            {"set_alpha_to_one", false},
            {"skip_prk_steps", true},
            {"steps_offset", 1},
            {"clip_sample", false}};
}

/// What CLIP's tokenizer puts after a prompt is all that differs.
Json tokenizer_config(bool second) { return {{"model_max_length", 77}, {"pad_token", second ? "!" : "<|endoftext|>"}}; }

/// Rows of the joined projections of queries, keys and values: three tensors of a third each.
void split_in_proj(const Part& part, const std::string& from, const std::string& to, TensorEntries& tensors) {
    for (const char* kind : {"weight", "bias"}) {
        const std::string name = std::string("attn.in_proj_") + kind;
        const std::vector<int64_t>& shape = part.shape(from + name, std::strcmp(kind, "weight") == 0 ? 2 : 1);
        const TensorEntry& joined = part.tensors().at(from + name);
        if (shape[0] % 3 != 0 || joined.bytes.size() % 3 != 0)
            part.refuse("has a " + from + name + " that is no three projections");
        const size_t third = joined.bytes.size() / 3;
        for (const size_t i : {0, 1, 2}) {
            TensorEntry& one = tensors[to + "self_attn." + "qkv"[i] + "_proj." + kind];
            one = joined;
            one.shape[0] /= 3;
            one.bytes = joined.bytes.substr(i * third, third);
        }
    }
}

/// A 1x1 convolution as the matrix that it is.
void flatten_kernel(TensorEntry& tensor) {
    if (tensor.shape.size() == 4 && tensor.shape[2] == 1 && tensor.shape[3] == 1) tensor.shape.resize(2);
}

/// Stable Diffusion 2 base, of all checkpoints, predicts the noise; its training says so by its length.
bool is_base_of_second(const TensorEntries& tensors) {
    constexpr int64_t steps_of_base = 875000;
    const auto found = tensors.find("global_step");
    int64_t steps = 0;
    if (found == tensors.end() || found->second.dtype != Dtype::I64 || found->second.bytes.size() != sizeof steps)
        return false;
    std::memcpy(&steps, found->second.bytes.data(), sizeof steps);
    return steps == steps_of_base;
}

const KeyMap& clip_key_map() {
    static const KeyMap map = {{"text_model", "text_model"},
                               {"embeddings", "text_model.embeddings"},  // of early versions of transformers
                               {"encoder", "text_model.encoder"},
                               {"final_layer_norm", "text_model.final_layer_norm"}};
    return map;
}

}  // namespace

SingleFile::SingleFile(const std::filesystem::path& path) : file_(std::make_shared<const MappedFile>(path)) {
    const std::string name = path.string();
    const TensorEntries all = read_safetensors(file_->bytes(), name);
    const Part unet(name, all, unet_prefix), vae(name, all, vae_prefix), clip(name, all, clip_prefix),
        open_clip(name, all, open_clip_prefix);
    for (const auto& [key, what] : other_kinds)
        if (has_key_below(all, key)) unet.refuse(what);
    for (const auto& [part, what] : {std::pair{&unet, "network"}, std::pair{&vae, "decoder"}})
        if (part->tensors().empty()) unet.refuse(std::string("has no ") + what + " of Stable Diffusion");
    if (clip.tensors().empty() == open_clip.tensors().empty())
        unet.refuse(clip.tensors().empty() ? "has no text encoder that is known" : "has two text encoders");
    const bool second = clip.tensors().empty();
    const bool predicts_v = second && !is_base_of_second(all);
    family_ = second ? "Stable Diffusion 2" : "Stable Diffusion 1";
    if (second)
        add_open_clip(open_clip);
    else
        add_clip(clip);
    add_vae(vae);
    add_unet(unet, second, predicts_v ? 96 : 64);
    configs_["scheduler"] = scheduler_config(second, predicts_v);
    configs_["tokenizer"] = tokenizer_config(second);
}

void SingleFile::add_clip(const Part& part) {
    TensorEntries& tensors = tensors_["text_encoder"];
    tensors = part.renamed(clip_key_map(), [](const std::string&) { return true; });
    const int64_t layers = count(tensors, "text_model.encoder.layers.", ".layer_norm1.weight");
    configs_["text_encoder"] = text_config(part, tensors, layers, "quick_gelu");
}

/// The network was trained on what the last layer but one says: the last is left out, as in diffusers.
void SingleFile::add_open_clip(const Part& part) {
    const int64_t layers = count(part.tensors(), "transformer.resblocks.", ".ln_1.weight") - 1;
    if (layers < 1) part.refuse("has no text encoder of several layers");
    TensorEntries& tensors = tensors_["text_encoder"];
    tensors = part.renamed(open_clip_key_map(layers), [](const std::string&) { return true; });
    for (int64_t i = 0; i < layers; ++i)
        split_in_proj(part, "transformer.resblocks." + std::to_string(i) + ".",
                      "text_model.encoder.layers." + std::to_string(i) + ".", tensors);
    configs_["text_encoder"] = text_config(part, tensors, layers, "gelu");
}

void SingleFile::add_vae(const Part& part) {
    const int64_t blocks = count(part.tensors(), "decoder.up.", ".block.0.conv1.weight");
    const int64_t layers = count(part.tensors(), "decoder.up.0.block.", ".conv1.weight") - 1;
    if (blocks < 1 || layers < 1) part.refuse("has no decoder of several blocks");
    configs_["vae"] = vae_config(part, blocks, layers);
    TensorEntries& tensors = tensors_["vae"];
    // A checkpoint carries the encoder and what it was trained with along.
    tensors = part.renamed(decoder_key_map(blocks, layers),
                           [](const std::string& key) { return !key.starts_with("decoder."); });
    for (auto& [name, tensor] : tensors)
        if (name.find(".attentions.") != std::string::npos) flatten_kernel(tensor);
}

void SingleFile::add_unet(const Part& part, bool second, int sample_size) {
    const auto [layers, blocks] = layers_and_blocks(part);
    TensorEntries& tensors = tensors_["unet"];
    tensors = part.renamed(unet_key_map(blocks, layers), [](const std::string&) { return false; });
    Json& config = configs_["unet"] = unet_config(part, second, layers, blocks, sample_size);
    if (config["in_channels"] != configs_["vae"]["latent_channels"])
        part.refuse("is made for " + config["in_channels"].dump() +
                    " channels of input, as for inpainting or depth, where " +
                    configs_["vae"]["latent_channels"].dump() + " are supported");
}

}  // namespace fanlight
