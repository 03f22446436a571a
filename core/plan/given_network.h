#pragma once

#include <string>

#include "core/config/model_catalog.h"

namespace fanlight {

/// What a model is with another network in place of its own (--transformer): what it was trained for if its file says
/// so, what it accepts, and the defaults of one that draws in few steps; its training_note tells of it. `network`: as
/// find_component() takes it; `prediction`: what the user says that it predicts, or empty. Throws as find_component()
/// and replace_components() do; a model that takes none is left alone.
void take_given_network(ModelCard& card, const std::string& network, const std::string& prediction,
                        const ModelPlaces& places);

}  // namespace fanlight
