#include "core/families/parts/given_transformer.h"

#include "core/base/text.h"
#include "core/checkpoints/tensor_source.h"
#include "core/families/parts/given_component.h"
#include "core/families/parts/named_networks.h"

namespace fanlight {

namespace {

constexpr const char* component = "transformer";

std::vector<std::string> prefixed(const std::string& key) {
    std::vector<std::string> keys;
    for (const char* prefix : {"model.diffusion_model.", "diffusion_model.", "transformer.", ""})
        keys.push_back(prefix + key);
    return keys;
}

/// What other files that users confuse with it have.
struct NotTransformer {
    const char* prefix;
    SentencePattern<std::string, Sentence> refusal;
};
constexpr SentencePattern<std::string, Sentence> is_controlnet = "%1 is a ControlNet; %2",
                                                 is_text_encoder =
                                                     "%1 is a text encoder, which goes with --text-encoder; %2";
constexpr NotTransformer
    // Built of the networks' blocks, or networks with more blocks.
    other_work[] = {{"controlnet_", is_controlnet},
                    {"control_layers.", is_controlnet},  // of Z-Image
                    {"siglip_embedder.", "%1 is a network of Z-Image that also reads pictures; %2"},
                    {"redux_up.", "%1 is FLUX.1 Redux, which turns pictures into prompts; %2"}},
    other_components[] = {{"lora_", "%1 is a LoRA, which goes with --lora; %2"},
                          {"decoder.", "%1 is a VAE, which goes with --vae; %2"},
                          {"first_stage_model.decoder.", "%1 is a VAE, which goes with --vae; %2"},
                          {"text_model.", is_text_encoder},
                          {"embeddings.token_embedding.", is_text_encoder},
                          {"encoder.block.", is_text_encoder},
                          {"model.layers.", is_text_encoder},
                          {"model.embed_tokens.", is_text_encoder},
                          {"embed_tokens.", is_text_encoder},
                          {"token_embd.", is_text_encoder}};

template <size_t count>
void refuse_any(const NotTransformer (&others)[count], const GivenComponent& given, const Sentence& advice) {
    for (const auto& [prefix, refusal] : others)
        if (has_key_below(given.entries, prefix)) throw Error(refusal, given.place, advice);
}

[[noreturn]] void refuse_other(const TransformerNaming& naming, const GivenComponent& given, const Sentence& advice) {
    if (const NamedNetwork* network = named_network(given.entries))
        throw Error("%1 is a network of %2, and the model is of %3; %4", given.place, network->title, naming.title,
                    advice);
    refuse_any(other_components, given, advice);
    std::vector<std::string> all;
    for (const std::string& key : naming.keys)
        for (std::string& each : prefixed(key)) all.push_back(std::move(each));
    throw Error("%1 is not a network of %2: it has none of the tensors %3; %4", given.place, naming.title, one_of(all),
                advice);
}

/// What the file, or else the folder around it, says that it is.
std::string title_of(const std::filesystem::path& path) {
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored)) return path.parent_path().filename().string();
    return TensorSource(path).metadata("modelspec.title");
}

}  // namespace

std::optional<std::string> transformer_prefix(const TransformerNaming& naming, const TensorEntries& tensors) {
    for (const std::string& key : naming.keys)
        for (const std::string& each : prefixed(key))
            if (tensors.contains(each)) return each.substr(0, each.size() - key.size());
    return std::nullopt;
}

std::vector<OtherComponent> read_given_transformer(const TransformerNaming& naming, const ModelFiles& model,
                                                   const std::filesystem::path& path) {
    const Sentence advice("give a network of %1, such as %2.", naming.title, naming.published);
    const GivenComponent given(path, model.component(component).weights);
    refuse_any(other_work, given, advice);
    const auto prefix = transformer_prefix(naming, given.entries);
    if (!prefix) refuse_other(naming, given, advice);
    const Json config = model.config(component);
    CheckpointSource file = given.source(advice);
    file.title = title_of(path);
    const CheckpointPart part(file, *prefix);
    naming.refuse_other_work(part, file);
    const TensorEntries tensors = naming.tensors(part, config);
    check_same_tensors(given, tensors, model.tensors(component), advice);
    return {{component, naming.class_name, config, given.stored_as(tensors), given.place}};
}

}  // namespace fanlight
