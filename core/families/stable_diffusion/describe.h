#pragma once

#include "core/checkpoints/model_files.h"
#include "core/devices/model_description.h"

namespace fanlight {

/// What a model takes: bytes from the configs and the headers of its weights, operations and activations counted layer
/// by layer for the shape. No weight is read. Throws Error naming the file or the value that cannot be.
ModelDescription describe_stable_diffusion(const ModelFiles& model, const DescribedShape& shape);

/// Pixels of a picture along one side of a latent.
int64_t latent_factor(const ModelFiles& model);

/// The most tokens of a prompt: what the network attends to.
int64_t text_length(const ModelFiles& model);

}  // namespace fanlight
