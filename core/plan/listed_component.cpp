#include "core/plan/listed_component.h"

#include <algorithm>
#include <filesystem>

#include "core/base/error.h"
#include "core/config/component_catalog.h"

namespace fanlight {

namespace {

constexpr NoteKind vae_note = {"The VAE %1 is not used in %2 (%3); a run has one, which is given outside the list",
                               "The VAEs %1 are not used in %2 (%3); a run has one, which is given outside the list",
                               true};
constexpr NoteKind refiner_note = {
    "The refiner %1 is not used in %2 (%3); a run has one, which is given outside the list",
    "The refiners %1 are not used in %2 (%3); a run has one, which is given outside the list", true};

constexpr NoteKind encoder_note = {
    "The text encoder or VAE %1 is not used in %2 (%3); a run has its own, which are given outside the list",
    "The text encoders or VAEs %1 are not used in %2 (%3); a run has its own, which are given outside the list", true};

/// As programs call a file, with its suffix or without.
std::string bare(std::string name) {
    name = std::filesystem::path(name).filename().string();
    for (const std::string_view suffix : {".safetensors", ".gguf"})
        if (name.ends_with(suffix)) name.erase(name.size() - suffix.size());
    return name;
}

}  // namespace

std::string listed_component(const std::string& kind, const ListedComponents& images, const std::string& given,
                             const ModelCard& card, const ModelPlaces& places) {
    if (images.empty() || !given.empty() || !replaceable_kind(card.pipeline_class, kind)) return "";
    const std::string& first = images.front().first;
    const bool is_everyones =
        std::all_of(images.begin(), images.end(), [&](const auto& image) { return image.first == first; });
    return is_everyones ? kept_component(kind, first, places) : "";
}

void note_unused(const std::string& kind, const ListedComponents& images, const ReplacedComponents& components,
                 ListNotes& notes) {
    const NoteKind& note = kind == vae_kind ? vae_note : kind == refiner_kind ? refiner_note : encoder_note;
    const auto is_used = [&](const std::string& name) {
        return std::any_of(components.begin(), components.end(), [&](const ReplacedComponent& each) {
            const bool is_meant = each.kind == kind || (kind == text_encoder_kind && each.kind == vae_kind);
            return is_meant && bare(each.name) == bare(name);
        });
    };
    for (const auto& [name, image] : images)
        if (!name.empty() && !is_used(name)) notes.add(note, in_quotes(name), image);
}

}  // namespace fanlight
