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

}  // namespace

std::string listed_component(const std::string& kind, const ListedComponents& images, const std::string& given,
                             const ModelCard& card, const ModelPlaces& places, ListNotes& notes) {
    if (images.empty()) return "";
    const std::string& first = images.front().first;
    const bool is_everyones =
        std::all_of(images.begin(), images.end(), [&](const auto& image) { return image.first == first; });
    const bool takes_one = replaceable_kind(card.pipeline_class, kind) != nullptr;
    if (given.empty() && is_everyones && takes_one)
        if (std::string file = kept_component(kind, first, places); !file.empty()) return file;
    const std::string own = std::filesystem::path(given).filename().string();
    for (const auto& [name, image] : images)
        if (!name.empty() && name != own && name + ".safetensors" != own && name != own + ".safetensors")
            notes.add(kind == vae_kind ? vae_note : refiner_note, in_quotes(name), image);
    return "";
}

}  // namespace fanlight
