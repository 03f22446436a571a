#pragma once

#include "core/base/json.h"
#include "core/checkpoints/model_files.h"

namespace fanlight {

/// A file that holds a network alone, "transformer", of a family whose prompts a Qwen3 reads: that and the VAE, whose
/// configs are the usual ones, are to be taken from elsewhere. `vae`: the usual config; `channels`: of latents.
/// `scheduler`: what its config says besides the class.
FileContents network_alone(Json network, TensorEntries tensors, Json vae, int64_t channels, const Json& scheduler);

}  // namespace fanlight
