#pragma once

#include <string>
#include <string_view>

#include "core/checkpoints/tensor_entry.h"

namespace fanlight {

/// Weights of 8 bits come with scales, in tensors of their own, in the names of ComfyUI: X.weight with X.scale_weight
/// in files with a marker tensor "scaled_fp8", or with X.weight_scale and X.comfy_quant, which holds JSON. A scale is
/// one number for all, or one for each of equal blocks of the weight: [1], [rows], [rows, 1], [blocks, blocks].
///
/// Removes such tensors and puts the scales into their weights' entries. `path` is for messages. Throws Error naming
/// the scale that fits no tensor, the tensor that has no scale where the file says that it must, or the way of storing
/// weights that is not known, also those of bitsandbytes, Nunchaku, GPTQ and AWQ, by their tensors' names.
void take_in_scales(TensorEntries& tensors, const std::string& path);

/// Whether a tensor of this name is there to say how others are stored.
bool tells_of_scales(std::string_view name);

/// The scale's shape with as many dimensions as the tensor's: [rows] -> [rows, 1]. Each divides the tensor's.
std::vector<int64_t> shape_of_scale(const TensorEntry& tensor);

}  // namespace fanlight
