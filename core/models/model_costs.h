#pragma once

#include "core/devices/model_description.h"
#include "core/weights/model_folder.h"

namespace fanlight {

/// What a text-to-image model takes: bytes from the configs and the headers of its weights, operations and activations
/// counted layer by layer for the shape. No weight is read. Throws Error naming the file or the value that cannot be.
ModelDescription model_costs(const ModelFolder& folder, const DescribedShape& shape);

/// Pixels of a picture along one side of a latent.
int64_t latent_factor(const ModelFolder& folder);

/// The most tokens of a prompt: what the network attends to.
int64_t text_length(const ModelFolder& folder);

}  // namespace fanlight
