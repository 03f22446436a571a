#pragma once

#include <string>

#include "core/batch/list_reading.h"
#include "core/config/model_catalog.h"
#include "core/config/model_places.h"

namespace fanlight {

/// The path of the component of a kind (vae_kind, refiner_kind) that all images of a list were made with, if it is in
/// the places; "": they were made with different ones, the model's own or none, or it is not there. Those that are not
/// `given`, the run's, and not taken are noted.
std::string listed_component(const std::string& kind, const ListedComponents& images, const std::string& given,
                             const ModelCard& card, const ModelPlaces& places, ListNotes& notes);

}  // namespace fanlight
