#pragma once

#include <cstdint>

#include "core/base/json.h"
#include "core/checkpoints/checkpoint_part.h"

namespace fanlight {

/// A CLIP text encoder, whichever names the checkpoint uses.
struct ClipCheckpoint {
    Json config;            ///< config.json of transformers' CLIPTextModel
    TensorEntries tensors;  ///< under transformers' names
};

constexpr int64_t clip_head_width = 64;

/// The number of heads of a layer, each of clip_head_width. Throws Error if the width is not a multiple of it.
int64_t heads_of_width(const CheckpointPart& part, int64_t width);

/// What transformers' CLIPTextModel has of the checkpoint, from transformers' own names, of any version. Throws Error
/// naming what occurs twice.
TensorEntries read_clip_tensors(const CheckpointPart& part);

/// From transformers' own names, of any version. Throws Error naming what is missing.
ClipCheckpoint read_clip(const CheckpointPart& part);

/// From OpenCLIP's names, for a network that was trained on the output of the layer before the last. Without: the last
/// one is left out, as in diffusers, unless the file lacks it already. With: it is there, and so is the projection of a
/// text as one vector. Unprojected: it is there, and the projection is not used.
enum class LastLayer { Without, With, Unprojected };
ClipCheckpoint read_open_clip(const CheckpointPart& part, LastLayer last);

/// OpenCLIP's names below the prefix. A layer's fused attn.in_proj_weight and attn.in_proj_bias are not in it, since
/// each becomes three tensors in transformers.
KeyMap open_clip_key_map(int64_t layers);

}  // namespace fanlight
