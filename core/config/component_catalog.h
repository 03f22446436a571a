#pragma once

#include <string>
#include <vector>

#include "core/batch/replaced_component.h"
#include "core/config/model_places.h"
#include "core/families/family.h"

namespace fanlight {

/// Finds what a user names in place of a component of a model: a .safetensors file; a folder that diffusers or
/// transformers has saved; a whole model's folder, of which the component is taken, or both text encoders; the name of
/// any of these in the places for this kind or for models, with or without ".safetensors"; or the id of a repository in
/// the local Hugging Face cache. What is a whole model is found like one. Throws UsageError saying where it looked.
/// What it holds is told by replace_components(); the hash is left empty, since it takes long in large files.
ReplacedComponents find_component(const ReplaceableKind& kind, const std::string& text, const ModelPlaces& places);

/// Sets their hashes. For those that replace_components() has taken: what is of another family is refused at once then,
/// however large it is. Throws Error naming what cannot be read.
void hash_components(ReplacedComponents& components);

/// The kind of this name that models of the pipeline's class take from elsewhere; nullptr: none.
const ReplaceableKind* replaceable_kind(const std::string& pipeline_class, const std::string& kind);

/// The folders in which components of a kind are looked for by name, Fanlight's own first.
const std::vector<std::filesystem::path>& component_places(const std::string& kind, const ModelPlaces& places);

/// The path of the one in the places for this kind whose file or folder is called so; "": there is none, or there are
/// several. A path is no name.
std::string kept_component(const std::string& kind, const std::string& name, const ModelPlaces& places);

/// The names in the places for this kind, for a list to choose from.
std::vector<std::string> listed_components(const std::string& kind, const ModelPlaces& places);

}  // namespace fanlight
