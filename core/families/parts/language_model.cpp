#include "core/families/parts/language_model.h"

#include <filesystem>

#include "core/families/parts/classifier_config.h"
#include "core/families/parts/generation_config.h"
#include "core/families/parts/llama_config.h"

namespace fanlight {

std::vector<Component> language_model_components(std::vector<std::string> classes, const std::string& root,
                                                 const std::string& embedding) {
    return {{.name = "model",
             .config_file = "config.json",
             .classes = std::move(classes),
             .weights = "model",
             .root = root,
             .folder = ".",
             .ties = {{"lm_head.weight", root + "." + embedding + ".weight"}}},
            {.name = "generation", .config_file = "generation_config.json", .folder = ".", .optional = true},
            {.name = "tokenizer_config", .config_file = "tokenizer_config.json", .folder = ".", .optional = true}};
}

namespace {

/// Whether it is of a model that reads pictures as well, of which the half for texts is known.
bool reads_texts_alone(const Json& config) {
    const Json names = config.value("architectures", Json());
    if (!names.is_array() || names.size() != 1 || !names[0].is_string()) return false;
    const LlamaKind* kind = llama_kind_of(names[0].get<std::string>());
    return kind != nullptr && kind->reads_pictures;
}

void refuse_quantised(const Json& config, const Place& where) {
    const Json quantization = optional_or<Json>(config, "quantization_config", nullptr, where);
    if (quantization.is_null()) return;
    const Json method = quantization.is_object() ? quantization.value("quant_method", Json()) : Json();
    throw Error(
        "%1: the weights are quantised (%2), which is not supported; choose a version of the model that is not.", where,
        excerpt(method.is_string() ? method.get<std::string>() : "quantization_config"));
}

}  // namespace

std::vector<std::pair<std::string, std::string>> text_half_beginnings() {
    return {{"model.language_model.", "model."}, {"model.visual.", ""}, {"visual.", ""}};
}

Component llama_text_encoder(const std::string& name) {
    return {.name = name,
            .config_file = "config.json",
            .classes = llama_text_encoders(),
            .weights = "model",
            .root = "model",
            .beginnings = text_half_beginnings()};
}

Component t5_text_encoder(const std::string& name) {
    return {.name = name,
            .config_file = "config.json",
            .classes = {"T5EncoderModel", "T5ForConditionalGeneration"},
            .weights = "model",
            .ties = {{"shared.weight", "encoder.embed_tokens.weight"}}};
}

void check_language_model(const Json& config, const Place& where) {
    refuse_quantised(config, where);
    refuse_quantised(text_config(config, where), where);
    if (config.contains("vision_config") && !reads_texts_alone(config))
        throw Error("%1: the model reads pictures, which is not supported; choose a language model.", where);
}

ModelTraits language_model_traits(const ReadConfig& read,
                                  int64_t (*context_of)(const Json& config, const Place& where)) {
    const auto [config, where] = read("model");
    check_language_model(config, where);
    const auto [generation, generation_file] = read("generation");
    const auto [tokenizer, tokenizer_file] = read("tokenizer_config");
    ModelTraits traits{.guidance = GuidanceKind::None, .negative_prompt = false};
    traits.context = context_of(config, where);
    std::error_code ignored;
    const auto beside = std::filesystem::path(where).parent_path() / "chat_template.jinja";
    traits.chat_template = std::filesystem::is_regular_file(beside, ignored) ||
                           (tokenizer.contains("chat_template") && !tokenizer.at("chat_template").is_null());
    traits.generation = read_generation_config(generation, text_config(config, where), generation_file).values;
    return traits;
}

std::vector<Component> classifier_components(std::vector<std::string> classes, const std::string& root,
                                             std::vector<std::pair<std::string, std::string>> ties) {
    return {{.name = "model",
             .config_file = "config.json",
             .classes = std::move(classes),
             .weights = "model",
             .root = root,
             .folder = ".",
             .ties = std::move(ties)}};
}

ModelTraits classifier_traits(const ReadConfig& read, int64_t (*context_of)(const Json& config, const Place& where)) {
    const auto [config, where] = read("model");
    check_language_model(config, where);
    const ClassifierConfig labels(config, where);
    return {.guidance = GuidanceKind::None, .negative_prompt = false, .context = context_of(config, where)};
}

void check_classifier(bool has_head, const std::string& key, const Place& where) {
    if (!has_head)
        throw Error(
            "%1 holds no %2: the model has never been trained to classify, and its labels would be drawn at random; "
            "choose one that has been.",
            where, key);
}

int64_t classifier_labels(const ModelFiles& model, const std::string& head) {
    const std::string key = head + ".weight", place = model.place_of("model");
    check_classifier(model.tensors("model").tensors.contains(key), key, place);
    return static_cast<int64_t>(ClassifierConfig(model.config("model"), place + "/config.json").labels.size());
}

}  // namespace fanlight
