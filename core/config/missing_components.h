#pragma once

#include "core/batch/replaced_component.h"
#include "core/config/model_catalog.h"
#include "core/config/model_places.h"

namespace fanlight {

/// What a single file that holds only a part of a model, its network say, takes from elsewhere: for each component
/// that `card` lacks and `given` does not hold, the file or folder that fits. Looked for, in this order: files whose
/// names tell (KeptApart), in the places for the kind and for models, then around the model's file, also
/// if that lies in another program's tree; whole models of the family, in the places and in the Hugging Face cache;
/// files in that cache whose names tell; at last, the only file in the places that fits whatever it is called. Hashes
/// what it takes. Throws UsageError naming what is missing and where to put it, or the several files of which none is
/// to be preferred.
ReplacedComponents find_missing_components(const ModelCard& card, const ReplacedComponents& given,
                                           const ModelPlaces& places);

}  // namespace fanlight
