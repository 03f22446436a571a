#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/sentence.h"

namespace fanlight {

/// The folders in which models, LoRAs, embeddings, VAEs, text encoders, networks and styles are looked for by name,
/// first ones first: Fanlight's own, then those that the user gives. A given folder may hold models itself, in folders
/// below it, too; be the tree of another program, whose own folders are then taken (ComfyUI, AUTOMATIC1111 and its
/// descendants, SwarmUI, Fooocus); or hold ComfyUI's extra_model_paths.yaml, whose folders are taken as well. That file
/// may be given, too.
struct ModelPlaces {
    std::filesystem::path resources;            ///< with the models that ship with Fanlight
    std::vector<std::filesystem::path> models;  ///< checkpoints and model folders
    std::vector<std::filesystem::path> loras;
    std::vector<std::filesystem::path> embeddings;
    std::vector<std::filesystem::path> networks, vaes, text_encoders;
    std::vector<std::filesystem::path> style_files;  ///< AUTOMATIC1111's styles.csv, Fooocus' sdxl_styles/*.json
    std::vector<Sentence> problems;  ///< of the user's settings: folders that are not there, files that cannot be read

    /// Fanlight's own folders, those `dirs`, then those of the settings (settings.h). Throws UsageError if one of
    /// `dirs` is not there, or its extra_model_paths.yaml is broken.
    ModelPlaces(std::filesystem::path resources, const std::vector<std::string>& dirs = {});
};

/// The root of another program's tree in which a file of models or their networks lies: the folder that holds the
/// nearest one with a known name ("diffusion_models", "Stable-diffusion"). Empty: it lies in none. `file`: absolute.
std::filesystem::path tree_around(const std::filesystem::path& file);

/// A file or folder that was found in a place, and what it is called: its path from there, without ".safetensors".
struct PlacedFile {
    std::string name;
    std::filesystem::path path;
};

/// Everything in the places and the folders below them for which `wanted` holds, place by place, sorted by name. What
/// is wanted is not searched, hidden folders neither; whoever is behind two links is found once. What cannot be read is
/// left out.
std::vector<PlacedFile> files_in(const std::vector<std::filesystem::path>& places,
                                 bool (*wanted)(const std::filesystem::path& path));

/// Of `files`, the one that is called `name`: by its path from its place or by its last part alone, with or without
/// ".safetensors". nullptr: there is none. Throws UsageError if several in the same place have that last part.
const PlacedFile* file_called(const std::string& name, const std::vector<PlacedFile>& files);

}  // namespace fanlight
