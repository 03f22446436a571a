#pragma once

#include <ATen/core/Tensor.h>

#include <optional>
#include <vector>

#include "core/base/json.h"
#include "core/families/parts/clip_config.h"
#include "core/layers/layers.h"

namespace fanlight {

/// One pre-norm transformer layer of CLIP's text encoder.
struct CLIPEncoderLayer {
    CLIPEncoderLayer(const Weights& w, int64_t width, int64_t mlp_width, int64_t heads, Activation act, double eps);

    /// x: [B, L, width]; mask: additive, [B or 1, 1, L, L]
    at::Tensor operator()(const at::Tensor& x, const at::Tensor& mask) const;

    int64_t heads;
    Activation act;
    LayerNorm layer_norm1, layer_norm2;
    Linear q_proj, k_proj, v_proj, out_proj, fc1, fc2;
};

/// The text encoder of Stable Diffusion 1.x and 2.x (Radford et al. 2021; names as in transformers' CLIPTextModel).
class CLIPTextModel {
public:
    /// Accepts keys with or without the prefix `text_model.`, as saved by different versions of transformers.
    CLIPTextModel(const Weights& weights, const Json& config);

    /// ids: [B, L] int64; mask: [B, L] of 1 and 0, if the config requires it. Returns [B, L, width]: the hidden states
    /// after all but the last `clip_skip` layers, passed through the final norm (diffusers' encode_prompt).
    at::Tensor forward(const at::Tensor& ids, const std::optional<at::Tensor>& mask, int clip_skip) const;

    bool uses_attention_mask() const { return uses_attention_mask_; }
    int64_t max_positions() const { return position_embedding_.weight.size(0); }
    int64_t vocabulary() const { return token_embedding_.weight.size(0); }

private:
    CLIPTextModel(const Weights& root, const ClipConfig& config);

    bool uses_attention_mask_;
    Embedding token_embedding_, position_embedding_;
    std::vector<CLIPEncoderLayer> layers_;
    LayerNorm final_layer_norm_;
};

}  // namespace fanlight
