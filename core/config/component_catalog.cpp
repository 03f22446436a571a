#include "core/config/component_catalog.h"

#include <algorithm>
#include <optional>

#include "core/base/error.h"
#include "core/checkpoints/component_hash.h"
#include "core/config/hash_cache.h"
#include "core/config/hugging_face_cache.h"
#include "core/config/model_catalog.h"
#include "core/families/families.h"

namespace fanlight {

namespace fs = std::filesystem;

namespace {

bool is_there(const fs::path& path) {
    std::error_code ignored;
    return fs::exists(path, ignored);
}

bool is_folder(const fs::path& path) {
    std::error_code ignored;
    return fs::is_directory(path, ignored);
}

/// A file, or a folder with the config that diffusers and transformers save.
bool may_be_component(const fs::path& path) {
    std::error_code ignored;
    if (is_folder(path)) return fs::is_regular_file(path / "config.json", ignored);
    return is_single_file(path) && fs::is_regular_file(path, ignored);
}

/// Where components of a kind are kept, and what is said of one that is not there.
struct KindPlaces {
    const char* kind;
    std::vector<fs::path> ModelPlaces::*folders;
    SentencePattern<std::string, Sentence> unknown;
};
constexpr KindPlaces kind_places[] = {
    {network_kind, &ModelPlaces::networks,
     "There is no network \"%1\": neither a file or folder of this name nor one in %2"},
    {vae_kind, &ModelPlaces::vaes, "There is no VAE \"%1\": neither a file or folder of this name nor one in %2"},
    {text_encoder_kind, &ModelPlaces::text_encoders,
     "There is no text encoder \"%1\": neither a file or folder of this name nor one in %2"}};

const KindPlaces& row_of(const std::string& kind) {
    return *std::find_if(std::begin(kind_places), std::end(kind_places) - 1,
                         [&](const KindPlaces& each) { return each.kind == kind; });
}

/// A model that finishes another one's pictures. What cannot be read is none.
bool is_refiner(const fs::path& path) {
    if (!is_model(path)) return false;
    try {
        return !open_model_files(path).family.refines.empty();
    } catch (const std::exception&) {
        return false;
    }
}

/// What may lie in its places.
bool (*kept_as(const std::string& kind))(const fs::path& path) {
    return kind == refiner_kind ? &is_refiner : &may_be_component;
}

fs::path full_path(const fs::path& path) {
    const fs::path full = fs::absolute(path).lexically_normal();
    return full.has_filename() ? full : full.parent_path();  // "folder/"
}

/// A model, found like one.
ReplacedComponent found_beside(const ReplaceableKind& kind, const std::string& text, const ModelPlaces& places) {
    const auto [name, path] = find_other_model(text, places);
    return {kind.kind, name, full_path(path).string(), ""};
}

/// What was found, and what it is called from now on.
struct Found {
    fs::path path;
    std::string name;
};

/// The name of a model's own folder says nothing.
std::string name_of(const fs::path& path, const ReplaceableKind& kind) {
    const std::string own = path.filename().string();
    const bool is_own = std::find(kind.components.begin(), kind.components.end(), own) != kind.components.end();
    return is_own ? path.parent_path().filename().string() + "/" + own : own;
}

std::optional<Found> found(const ReplaceableKind& kind, const std::string& text, const ModelPlaces& places) {
    if (text.empty()) return std::nullopt;
    if (is_there(text)) return Found{full_path(text), name_of(full_path(text), kind)};
    for (const auto* folders : {&component_places(kind.kind, places), &places.models})
        for (const fs::path& place : *folders)
            if (is_there(place / text)) return Found{full_path(place / text), name_of(full_path(place / text), kind)};
    for (const auto* folders : {&component_places(kind.kind, places), &places.models}) {
        const std::vector<PlacedFile> kept = files_in(*folders, &may_be_component);
        if (const PlacedFile* file = file_called(text, kept)) return Found{file->path, name_of(file->path, kind)};
    }
    if (const auto snapshot = cached_snapshot(text)) return Found{*snapshot, text};
    // A component's folder of one of these, as finished images record it.
    const size_t slash = text.rfind('/');
    const std::string folder = slash == std::string::npos ? "" : text.substr(slash + 1);
    if (std::find(kind.components.begin(), kind.components.end(), folder) == kind.components.end()) return std::nullopt;
    if (const auto model = found(kind, text.substr(0, slash), places); model && is_folder(model->path / folder))
        return Found{model->path / folder, text};
    return std::nullopt;
}

/// Of a model's folder, those of its components.
std::vector<Found> parts_of(const Found& whole, const ReplaceableKind& kind) {
    std::vector<Found> parts;
    if (is_folder(whole.path))
        for (const std::string& component : kind.components)
            if (is_folder(whole.path / component))
                parts.push_back({whole.path / component, whole.name + "/" + component});
    if (parts.empty()) parts.push_back(whole);
    return parts;
}

[[noreturn]] void refuse_unknown(const ReplaceableKind& kind, const std::string& text, const ModelPlaces& places) {
    const std::vector<fs::path>& folders = component_places(kind.kind, places);
    const Sentence looked_in = listed(std::vector<std::string>(folders.begin(), folders.end()));
    throw UsageError(row_of(kind.kind).unknown, text, looked_in);
}

}  // namespace

const std::vector<fs::path>& component_places(const std::string& kind, const ModelPlaces& places) {
    return kind == refiner_kind ? places.models : places.*row_of(kind).folders;  // a whole model, found like one
}

ReplacedComponents find_component(const ReplaceableKind& kind, const std::string& text, const ModelPlaces& places) {
    if (!kind.family.empty()) return {found_beside(kind, text, places)};
    const std::optional<Found> whole = found(kind, text, places);
    if (!whole) refuse_unknown(kind, text, places);
    ReplacedComponents components;
    for (const auto& [path, name] : parts_of(*whole, kind)) {
        if (!is_folder(path) && !is_single_file(path))
            throw UsageError(
                "%1 is neither a .safetensors nor a .gguf file; convert it first, since other formats run code.", path);
        components.push_back({kind.kind, name, path.string(), ""});
    }
    return components;
}

void hash_components(ReplacedComponents& components) {
    for (ReplacedComponent& each : components) each.hash = component_hash(each.file, &cached_sha256);
}

const ReplaceableKind* replaceable_kind(const std::string& pipeline_class, const std::string& kind) {
    const Family* family = family_of_class(pipeline_class);
    if (!family) return nullptr;
    const auto found = std::find_if(family->replaceable.begin(), family->replaceable.end(),
                                    [&](const ReplaceableKind& each) { return each.kind == kind; });
    return found == family->replaceable.end() ? nullptr : &*found;
}

std::string kept_component(const std::string& kind, const std::string& name, const ModelPlaces& places) {
    if (name.empty() || name.find('/') != std::string::npos) return "";
    try {
        const std::vector<PlacedFile> kept = files_in(component_places(kind, places), kept_as(kind));
        const PlacedFile* file = file_called(name, kept);
        return file ? file->path.string() : "";
    } catch (const UsageError&) {
        return "";
    }
}

std::vector<std::string> listed_components(const std::string& kind, const ModelPlaces& places) {
    std::vector<std::string> names;
    for (const PlacedFile& kept : files_in(component_places(kind, places), kept_as(kind))) names.push_back(kept.name);
    return names;
}

}  // namespace fanlight
