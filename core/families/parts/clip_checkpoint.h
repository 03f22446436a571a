#pragma once

#include <cstdint>

#include "core/base/json.h"
#include "core/checkpoints/checkpoint_part.h"

namespace fanlight {

/// A text encoder of CLIP's kind, however the checkpoint names it.
struct ClipCheckpoint {
    Json config;            ///< config.json of transformers' CLIPTextModel
    TensorEntries tensors;  ///< under transformers' names
};

constexpr int64_t clip_head_width = 64;

/// How many heads of clip_head_width a layer has. Throws Error for a width that does not divide so.
int64_t heads_of_width(const CheckpointPart& part, int64_t width);

/// Under transformers' own names, of any of its versions. Throws Error naming what is missing.
ClipCheckpoint read_clip(const CheckpointPart& part);

/// Under OpenCLIP's names. The last layer is left out, as diffusers does: the networks were trained on what the one
/// before it says.
ClipCheckpoint read_open_clip(const CheckpointPart& part);

/// OpenCLIP's names below the prefix. The joined attn.in_proj_weight and attn.in_proj_bias of a layer are not in it:
/// they are three tensors of transformers'.
KeyMap open_clip_key_map(int64_t layers);

}  // namespace fanlight
