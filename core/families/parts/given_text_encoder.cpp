#include "core/families/parts/given_text_encoder.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/families/parts/clip_checkpoint.h"
#include "core/families/parts/given_component.h"

namespace fanlight {

namespace {

const Sentence& usual_advice() {
    static const Sentence advice(
        "give a text encoder such as the model's own: CLIP ViT-L for Stable Diffusion 1 and FLUX.1, OpenCLIP ViT-H for "
        "2, either CLIP ViT-L or OpenCLIP ViT-bigG for XL.");
    return advice;
}

/// Tokens of the tokenizer that ships with the program.
constexpr int64_t shipped_clip_tokens = 49408;

/// Where a file may have a text encoder, told by a key below the prefix.
struct EncoderNaming {
    const char* prefix;
    const char* tokens;  ///< the embedding of each
    bool is_open_clip;
};
constexpr const char *transformers_key = "text_model.embeddings.token_embedding.weight",
                     *early_key = "embeddings.token_embedding.weight", *open_clip_key = "token_embedding.weight";
constexpr EncoderNaming encoder_namings[] = {{"", transformers_key, false},
                                             {"", early_key, false},
                                             {"text_encoder.", transformers_key, false},
                                             {"cond_stage_model.transformer.", transformers_key, false},
                                             {"cond_stage_model.transformer.", early_key, false},
                                             {"conditioner.embedders.0.transformer.", transformers_key, false},
                                             {"", open_clip_key, true},
                                             {"cond_stage_model.model.", open_clip_key, true},
                                             {"conditioner.embedders.1.model.", open_clip_key, true}};

/// What other files that users confuse with it have.
struct NotEncoder {
    const char* prefix;
    SentencePattern<std::string, Sentence> refusal;
};
constexpr NotEncoder not_encoders[] = {
    {"lora_", "%1 is a LoRA, which goes with --lora; %2"},
    {"unet.down_blocks.", "%1 is a LoRA, which goes with --lora; %2"},
    {"decoder.up", "%1 is a VAE, which goes with --vae; %2"},
    {"encoder.block.", "%1 is a T5 text encoder, which these models do not have; %2"},
    {"model.layers.", "%1 is a language model; %2"},
    {"down_blocks.", "%1 is a UNet; %2"},
    {"model.diffusion_model.", "%1 is a network without its text encoder; %2"},
};

[[noreturn]] void refuse_as_encoder(const GivenComponent& given, const Sentence& advice) {
    for (const auto& [prefix, refusal] : not_encoders)
        if (has_key_below(given.entries, prefix)) throw Error(refusal, given.place, advice);
    std::vector<std::string> keys;
    for (const EncoderNaming& naming : encoder_namings) keys.push_back(naming.prefix + std::string(naming.tokens));
    throw Error("%1 is not a text encoder: it has none of the tensors %2; %3", given.place, one_of(keys), advice);
}

/// "of width 768 (CLIP ViT-L)"
std::string kind_of_width(int64_t width) {
    constexpr std::pair<int64_t, const char*> known[] = {
        {768, " (CLIP ViT-L)"}, {1024, " (OpenCLIP ViT-H)"}, {1280, " (OpenCLIP ViT-bigG)"}};
    for (const auto& [own, name] : known)
        if (own == width) return std::to_string(width) + name;
    return std::to_string(width);
}

/// Reads one encoder of what is given, for one model.
class EncoderReading {
public:
    EncoderReading(const ModelFiles& model, const ClipEncoders& encoders, const GivenComponent& given,
                   const EncoderNaming& naming, const Sentence& advice)
        : model_(model), given_(given), naming_(naming), advice_(advice), part_(given.source(advice), naming.prefix) {
        find_place(encoders);
    }

    OtherComponent read() const {
        const ClipConfig own = clip_config(model_, *encoder_);
        ClipCheckpoint clip = naming_.is_open_clip ? of_open_clip() : of_transformers();
        const int64_t layers = check_layers(clip, own);
        std::erase_if(clip.tensors, [&](const auto& entry) { return !is_used(entry.first, layers); });
        if (projected(*encoder_)) check_projection(clip, own);
        Json config = given_.config ? *given_.config : model_.config(encoder_->component);
        config["num_hidden_layers"] = layers;
        check_config(config, own);
        return {encoder_->component, projected(*encoder_) ? "CLIPTextModelWithProjection" : "CLIPTextModel",
                std::move(config), given_.stored_as(clip.tensors), given_.place};
    }

private:
    static constexpr const char* layer_ = "text_model.encoder.layers.";

    static bool projected(const ClipEncoder& encoder) { return encoder.pools && encoder.projects; }
    bool projects() const { return part_.has("text_projection.weight") || part_.has("text_projection"); }

    /// Finds the model's encoder of the same width.
    void find_place(const ClipEncoders& encoders) {
        const int64_t width = part_.shape(naming_.tokens, 2)[1];
        std::vector<std::string> widths;
        for (const ClipEncoder& encoder : encoders) {
            const int64_t own = clip_config(model_, encoder).width;
            widths.push_back(kind_of_width(own));
            if (own == width && (!encoder_ || projected(encoder) == projects())) encoder_ = &encoder;
        }
        if (!encoder_)
            throw Error("%1 is a text encoder of width %2, and the model's are of width %3; %4", given_.place,
                        kind_of_width(width), listed(widths), advice_);
    }

    ClipCheckpoint of_open_clip() const {
        return read_open_clip(part_, projected(*encoder_) ? LastLayer::With
                                     : encoder_->pools    ? LastLayer::Unprojected
                                                          : LastLayer::Without);
    }

    ClipCheckpoint of_transformers() const {
        ClipCheckpoint clip{{}, read_clip_tensors(part_)};
        if (part_.has("text_projection.weight"))
            clip.tensors["text_projection.weight"] = part_.tensors().at("text_projection.weight");
        return clip;
    }

    /// The number of layers that are used.
    int64_t check_layers(const ClipCheckpoint& clip, const ClipConfig& own) const {
        int64_t layers = 0;
        while (clip.tensors.contains(layer_ + std::to_string(layers) + ".layer_norm1.weight")) ++layers;
        if (layers < own.layers)
            throw Error("%1 is a text encoder of %2 layers, and the model's has %3; %4", given_.place, layers,
                        own.layers, advice_);
        return own.layers;
    }

    bool is_used(const std::string& key, int64_t layers) const {
        if (key == "text_projection.weight") return projected(*encoder_);
        if (!key.starts_with(layer_)) return key.starts_with("text_model.");
        const std::string rest = key.substr(std::string(layer_).size());
        const size_t digits = rest.find('.');
        return digits > 3 || std::atoll(rest.c_str()) < layers;  // what is no number is refused when it is loaded
    }

    void check_projection(const ClipCheckpoint& clip, const ClipConfig& own) const {
        const auto found = clip.tensors.find("text_projection.weight");
        if (found == clip.tensors.end())
            throw Error(
                "%1 has no tensor text_projection.weight, with which the model's %2 reads a text as one vector; %3",
                given_.place, encoder_->component, advice_);
        if (found->second.shape.empty() || found->second.shape[0] != own.projection)
            throw Error("%1 reads a text as a vector of another width than the model's %2; %3", given_.place,
                        encoder_->component, advice_);
    }

    /// Throws Error if a folder's config is of another encoder than its weights, or its words are not the model's.
    void check_config(const Json& config, const ClipConfig& own) const {
        const ClipConfig theirs(config, given_.place);
        const int64_t words = part_.shape(naming_.tokens, 2)[0];
        if (theirs.width != own.width || theirs.positions != own.positions || theirs.vocabulary != own.vocabulary ||
            words != own.vocabulary || (projected(*encoder_) && theirs.projection != own.projection))
            throw Error("%1 knows other words than the model's %2, or reads texts of another length; %3", given_.place,
                        encoder_->component, advice_);
    }

    const ModelFiles& model_;
    const GivenComponent& given_;
    const EncoderNaming& naming_;
    const Sentence& advice_;
    const CheckpointPart part_;
    const ClipEncoder* encoder_ = nullptr;
};

std::vector<OtherComponent> read_encoders(const ModelFiles& model, const ClipEncoders& encoders,
                                          const std::filesystem::path& path, const Sentence& advice) {
    const GivenComponent given(path, model.component(encoders.front().component).weights);
    std::vector<OtherComponent> found;
    for (const EncoderNaming& naming : encoder_namings)
        if (given.entries.contains(naming.prefix + std::string(naming.tokens)))
            found.push_back(EncoderReading(model, encoders, given, naming, advice).read());
    if (found.empty()) refuse_as_encoder(given, advice);
    return found;
}

/// What the names and shapes tell of an encoder.
Json told_config(const GivenComponent& given, const Json& usual, const Sentence& advice) {
    if (given.config) return *given.config;
    for (const EncoderNaming& naming : encoder_namings) {
        if (!given.entries.contains(naming.prefix + std::string(naming.tokens))) continue;
        const CheckpointPart part(given.source(advice), naming.prefix);
        Json config = (naming.is_open_clip ? read_open_clip(part, LastLayer::Unprojected) : read_clip(part)).config;
        config["hidden_act"] = usual["hidden_act"];  // OpenAI's own encoder has OpenCLIP's names, too
        return config;
    }
    refuse_as_encoder(given, advice);
}

}  // namespace

std::vector<OtherComponent> read_given_text_encoders(const ModelFiles& model, const ClipEncoders& encoders,
                                                     const std::filesystem::path& path) {
    return read_encoders(model, encoders, path, usual_advice());
}

std::vector<OtherComponent> read_given_clip(const ModelFiles& model, const ClipEncoder& encoder,
                                            const std::filesystem::path& path, int64_t width, const Sentence& advice) {
    if (!model.lacks(encoder.component)) return read_encoders(model, {encoder}, path, advice);
    const GivenComponent given(path, model.component(encoder.component).weights);
    ModelFiles like_it = model;
    like_it.override_config(encoder.component, told_config(given, model.config(encoder.component), advice));
    const ClipConfig config = clip_config(like_it, encoder);
    if (const int64_t own = pooled_width(config, encoder); own != width)
        throw Error("%1 reads a text as %2 numbers, and the network takes %3; %4", given.place, own, width, advice);
    if (config.vocabulary < shipped_clip_tokens)
        throw Error("%1 knows %2 tokens, and CLIP's tokenizer has %3; %4", given.place, config.vocabulary,
                    shipped_clip_tokens, advice);
    return read_encoders(like_it, {encoder}, path, advice);
}

}  // namespace fanlight
