#pragma once

#include <string>

#include "core/batch/list_reading.h"
#include "core/batch/replaced_component.h"
#include "core/config/model_catalog.h"
#include "core/config/model_places.h"

namespace fanlight {

/// The path of the component of a kind (vae_kind, refiner_kind) that all images of a list were made with, if it is in
/// the places and the run is `given` none; "": they were made with different ones, the model's own or none, or it is
/// not there.
std::string listed_component(const std::string& kind, const ListedComponents& images, const std::string& given,
                             const ModelCard& card, const ModelPlaces& places);

/// Notes those of a kind (vae_kind, refiner_kind, or text_encoder_kind and VAEs) that images were made with and that
/// are not among the run's `components`.
void note_unused(const std::string& kind, const ListedComponents& images, const ReplacedComponents& components,
                 ListNotes& notes);

}  // namespace fanlight
