#include "core/config/lora_catalog.h"

#include <filesystem>

#include "core/base/error.h"
#include "core/config/hash_cache.h"
#include "core/families/families.h"

namespace fanlight {

namespace fs = std::filesystem;

namespace {

/// Weights that diffusers or transformers has saved: a part of a model.
bool is_part_of_model(const fs::path& path) {
    const std::string name = path.filename().string();
    std::error_code ignored;
    return (name.starts_with("model") || name.starts_with("diffusion_pytorch_model")) &&
           fs::exists(path.parent_path() / "config.json", ignored);
}

/// By its name and place; what is in the file is not looked at.
bool may_be_lora(const fs::path& path) {
    std::error_code ignored;
    return path.extension() == ".safetensors" && fs::is_regular_file(path, ignored) && !is_part_of_model(path);
}

/// What diffusers and PEFT call the file when they save a folder.
constexpr const char* saved_names[] = {"pytorch_lora_weights.safetensors", "adapter_model.safetensors"};

fs::path lora_file(const std::string& name, const ModelPlaces& places) {
    std::error_code ignored;
    if (fs::is_regular_file(name, ignored)) return fs::absolute(name).lexically_normal();
    for (const char* saved : saved_names)
        if (fs::is_regular_file(fs::path(name) / saved, ignored))
            return fs::absolute(fs::path(name) / saved).lexically_normal();
    for (const fs::path& place : places.loras)  // of another format, to be refused by its name
        if (fs::is_regular_file(place / name, ignored)) return place / name;
    const std::vector<PlacedFile> kept = kept_loras(places);
    if (const PlacedFile* file = file_called(name, kept)) return file->path;
    throw UsageError("There is no LoRA \"%1\": neither a file of this name nor one in %2", name,
                     listed(std::vector<std::string>(places.loras.begin(), places.loras.end())));
}

}  // namespace

Lora lora_option(const std::string& text) {
    std::error_code ignored;
    return fs::exists(text, ignored) ? Lora{.name = text} : asked_lora(text, "--lora " + text);
}

Lora find_lora(const Lora& asked, const ModelPlaces& places, const Family* family) {
    const fs::path file = lora_file(asked.name, places);
    if (file.extension() != ".safetensors")
        throw UsageError("%1 is not a .safetensors file; convert it first, since other formats run code.", file);
    const LoraFile lora = open_lora(file);
    if (family) check_lora(lora, *family);
    return {.name = file.stem().string(),
            .file = file.string(),
            .hash = cached_lora_hash(file),
            .data_hash = lora_data_hash(lora),
            .weight = asked.weight,
            .text_encoder_weight = asked.text_encoder_weight};
}

std::vector<PlacedFile> kept_loras(const ModelPlaces& places) { return files_in(places.loras, &may_be_lora); }

std::string cached_lora_hash(const fs::path& file) { return lora_hash(file, cached_sha256(file)); }

}  // namespace fanlight
