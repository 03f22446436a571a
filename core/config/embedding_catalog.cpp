#include "core/config/embedding_catalog.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/config/hash_cache.h"
#include "core/families/embedding_check.h"
#include "core/families/families.h"

namespace fanlight {

namespace fs = std::filesystem;

namespace {

using PathsByName = std::map<std::string, fs::path>;

/// In any format that A1111 reads, since a prompt may name one of those that are refused.
bool may_be_embedding(const fs::path& path) {
    std::error_code ignored;
    const fs::path extension = path.extension();
    const bool is_known = extension == ".safetensors" || extension == ".pt" || extension == ".bin";
    return is_known && fs::is_regular_file(path, ignored) && first_invalid_utf8(path.string()) == std::string::npos;
}

/// By what prompts call them. Of a name the first file counts, but one that can be used comes before all others.
PathsByName kept_embeddings(const ModelPlaces& places) {
    PathsByName paths;
    for (const PlacedFile& file : files_in(places.embeddings, &may_be_embedding)) {
        const auto [known, is_new] = paths.try_emplace(file.path.stem().string(), file.path);
        const bool is_better = file.path.extension() == ".safetensors" && known->second.extension() != ".safetensors";
        if (!is_new && is_better) known->second = file.path;
    }
    return paths;
}

void refuse_other_formats(const fs::path& file) {
    if (file.extension() != ".safetensors")
        throw Error("%1 is not a .safetensors file; convert it first, since other formats run code.", file);
}

std::shared_ptr<PromptEmbeddings> callable(PathsByName paths, const fs::path& model) {
    std::vector<std::string> names;
    for (const auto& [name, path] : paths) names.push_back(name);
    if (names.empty()) return nullptr;
    const auto opened = std::make_shared<std::optional<KnownModel>>();  // for the first that is called
    const auto measure = [paths = std::move(paths), model, opened](const std::string& name) {
        const fs::path& path = paths.at(name);
        refuse_other_formats(path);
        const EmbeddingFile file(path);
        if (!*opened) opened->emplace(open_model_files(model));
        check_embedding(file, **opened);
        return file.vectors();
    };
    return std::make_shared<PromptEmbeddings>(std::move(names), measure);
}

}  // namespace

std::shared_ptr<PromptEmbeddings> embeddings_in(const ModelPlaces& places, const ModelCard& card) {
    const Family* family = family_of_class(card.pipeline_class);
    if (!family || family->embedding_parts.empty()) return nullptr;
    return callable(kept_embeddings(places), card.folder);
}

std::shared_ptr<PromptEmbeddings> embeddings_of(const Recipe& recipe, const fs::path& model) {
    PathsByName paths;
    for (const NamedEmbedding& embedding : recipe.embeddings) paths.emplace(embedding.name, embedding.file);
    return callable(std::move(paths), model);
}

std::shared_ptr<PromptEmbeddings> counted_embeddings(const ModelPlaces& places, const ModelCard& card) {
    const auto embeddings = embeddings_in(places, card);
    if (!embeddings) return nullptr;
    std::map<std::string, int64_t> vectors;
    for (size_t i = 0; i < embeddings->names().size(); ++i) try {
            vectors[embeddings->names()[i]] = embeddings->call(i).count;
        } catch (const Error&) {
            vectors[embeddings->names()[i]] = 1;
        }
    const auto measure = [vectors](const std::string& name) { return vectors.at(name); };
    return std::make_shared<PromptEmbeddings>(embeddings->names(), measure);
}

NamedEmbedding find_embedding(const std::string& name, const ModelPlaces& places) {
    const PathsByName paths = kept_embeddings(places);
    const auto found = paths.find(name);
    if (found == paths.end())
        throw UsageError("There is no embedding \"%1\" in %2", name,
                         listed(std::vector<std::string>(places.embeddings.begin(), places.embeddings.end())));
    refuse_other_formats(found->second);
    const fs::path file = fs::absolute(found->second).lexically_normal();
    return {.name = name, .file = file.string(), .hash = cached_sha256(file)};
}

std::vector<std::string> listed_embeddings(const ModelPlaces& places) {
    std::vector<std::string> names;
    for (const auto& [name, path] : kept_embeddings(places))
        if (path.extension() == ".safetensors") names.push_back(name);
    return names;
}

}  // namespace fanlight
