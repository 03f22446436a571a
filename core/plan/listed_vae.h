#pragma once

#include <string>

#include "core/batch/list_reading.h"
#include "core/config/model_catalog.h"
#include "core/config/model_places.h"

namespace fanlight {

/// The file of the VAE that all images of a list were made with, if it is in the places; "": they were made with
/// different ones, or the model's own, or it is not there. Those that are not `given`, the run's, and not taken are
/// noted.
std::string listed_vae(const ListedVaes& images, const std::string& given, const ModelCard& card,
                       const ModelPlaces& places, ListNotes& notes);

}  // namespace fanlight
