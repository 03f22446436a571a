#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/sentence.h"
#include "core/config/model_places.h"

namespace fanlight {

/// The tiny autoencoder (TAESD, by Ollin Boer Bohan) to show a model's unfinished pictures with: its file or folder in
/// the places for VAEs, or the repository in the local Hugging Face cache. They are known by their names, such as taesd
/// or taesd_decoder, since nothing in them tells whose latents they decode. Empty: there is none for the model's
/// family, or it does not fit the model, which `problems` are then told, each once.
std::string preview_decoder(const std::filesystem::path& model, const ModelPlaces& places,
                            std::vector<Sentence>& problems);

}  // namespace fanlight
