#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/base/place.h"
#include "core/families/family.h"

// What the families of language models share. All of them are folders that transformers has saved.
namespace fanlight {

/// "model" (its config and weights), "generation" and "tokenizer_config". `root`: the module that checkpoints of the
/// model without its head leave out; `embedding`: in it, what a head that is not in the checkpoint is tied to.
std::vector<Component> language_model_components(std::vector<std::string> classes, const std::string& root,
                                                 const std::string& embedding);

/// `context_of`: the number of positions, from config.json.
ModelTraits language_model_traits(const ReadConfig& read,
                                  int64_t (*context_of)(const Json& config, const Place& where));

/// The same for models that judge texts: "model" alone, with tensors that stand for others as in Component::ties.
std::vector<Component> classifier_components(std::vector<std::string> classes, const std::string& root,
                                             std::vector<std::pair<std::string, std::string>> ties = {});
ModelTraits classifier_traits(const ReadConfig& read, int64_t (*context_of)(const Json& config, const Place& where));

/// Throws Error unless the checkpoint has the classifier's own weights: where they are missing, transformers draws them
/// at random.
void check_classifier(bool has_head, const std::string& key, const Place& where);

/// The number of labels of such a model, whose last layer is `head`: "score". Throws as check_classifier().
int64_t classifier_labels(const ModelFiles& model, const std::string& head);

/// Throws Error if the config says that the weights are quantised, or that the model reads pictures and is none of
/// llama_kinds() whose other half reads texts alone.
void check_language_model(const Json& config, const Place& where);

/// Component::beginnings of models that read pictures: where they have put the half that texts go through, and the half
/// for pictures, which is left out.
std::vector<std::pair<std::string, std::string>> text_half_beginnings();

/// The component of a picture model whose text encoder is a language model of llama_kinds(), or the encoder of T5, in a
/// folder of its own that transformers has saved.
Component llama_text_encoder(const std::string& name);
Component t5_text_encoder(const std::string& name);

}  // namespace fanlight
