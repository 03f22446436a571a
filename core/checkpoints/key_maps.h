#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace fanlight {

/// Modules of a checkpoint under its own names -> under diffusers'. A module that is not listed goes with the one that
/// it lies in: with {"input_blocks.1.1": "down_blocks.0.attentions.0"}, "input_blocks.1.1.norm.weight" is
/// "down_blocks.0.attentions.0.norm.weight".
using KeyMap = std::map<std::string, std::string, std::less<>>;

/// The key's name in diffusers; nothing where no module of the map holds it.
std::optional<std::string> mapped_key(const KeyMap& map, std::string_view key);

// Stable Diffusion's original names (CompVis/stable-diffusion, Stability-AI/stablediffusion), below their prefixes.

/// Below "model.diffusion_model.": a network of `blocks` resolutions with `layers` residual blocks each.
KeyMap unet_key_map(int64_t blocks, int64_t layers);

/// Below "first_stage_model.": what decodes, not the encoder. `layers` residual blocks a resolution.
KeyMap decoder_key_map(int64_t blocks, int64_t layers);

/// OpenCLIP's text encoder, below "cond_stage_model.model.". The joined attn.in_proj_weight and attn.in_proj_bias of a
/// layer are not in it: they are three tensors of transformers' (split_in_proj).
KeyMap open_clip_key_map(int64_t layers);

}  // namespace fanlight
