#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/batch/request.h"
#include "core/config/model_catalog.h"
#include "core/config/model_places.h"
#include "core/families/parts/prompt_embeddings.h"

namespace fanlight {

/// The embeddings in the places, for prompts of this model; nullptr: there are none, or its family takes none. No file
/// is read before a prompt calls it. Then Error is thrown, naming the file, if it is not an embedding for the model,
/// or of a format that is refused.
std::shared_ptr<PromptEmbeddings> embeddings_in(const ModelPlaces& places, const ModelCard& card);

/// The same for counting tokens: all files are read at once, and one that is no embedding for the model is a token.
std::shared_ptr<PromptEmbeddings> counted_embeddings(const ModelPlaces& places, const ModelCard& card);

/// The same with those of a run alone, wherever they are.
std::shared_ptr<PromptEmbeddings> embeddings_of(const Recipe& recipe, const std::filesystem::path& model);

/// The embedding called so in the places, hashed. Throws UsageError saying where it looked; Error naming a file that
/// cannot be read.
NamedEmbedding find_embedding(const std::string& name, const ModelPlaces& places);

/// The names in the places, for a list to choose from.
std::vector<std::string> listed_embeddings(const ModelPlaces& places);

}  // namespace fanlight
