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

/// What is wanted of a text.
struct ClipReading {
    int clip_skip = 0;   ///< last layers that the hidden states do not pass through, because somebody says so
    int left_out = 0;    ///< those that they never pass through
    bool normed = true;  ///< the hidden states pass through the final norm
    std::optional<int64_t> pooled_at = {};  ///< the token that stands for the whole text; nullopt: it is not wanted
};

/// A text as CLIP reads it.
struct ClipText {
    at::Tensor hidden;  ///< [B, L, width]
    /// What all layers and the norm make of the token, projected if there is a projection: [B, projection or width]; or
    /// undefined.
    at::Tensor pooled;
};

/// The text encoders of Stable Diffusion (Radford et al. 2021; names as in transformers' CLIPTextModel and
/// CLIPTextModelWithProjection).
class CLIPTextModel {
public:
    /// Of a text as one vector.
    enum class Projection { No, Yes };

    /// Accepts keys with or without the prefix `text_model.`, as saved by different versions of transformers.
    CLIPTextModel(const Weights& weights, const ClipConfig& config, Projection projection);
    CLIPTextModel(const Weights& weights, const Json& config)
        : CLIPTextModel(weights, ClipConfig(config), Projection::No) {}

    /// From now on these vectors have ids, too, from PromptEmbeddings::first_id on. vectors: [n, width]
    void learn(const at::Tensor& vectors);

    /// ids: [B, L] int64; mask: [B, L] of 1 and 0, if the config requires it. Throws Error for a clip_skip that leaves
    /// no layer.
    ClipText forward(const at::Tensor& ids, const std::optional<at::Tensor>& mask, const ClipReading& reading) const;

    /// The token that stands for the whole text: the first end of text, or, where the config has the value of early
    /// versions of transformers, the largest id.
    int64_t end_of(const std::vector<int64_t>& ids) const;

    bool uses_attention_mask() const { return uses_attention_mask_; }
    int64_t max_positions() const { return position_embedding_.weight.size(0); }
    int64_t vocabulary() const { return token_embedding_.weight.size(0); }
    /// Whether the id is one of the vocabulary's or a learned vector's.
    bool knows(int64_t id) const;

private:
    CLIPTextModel(const Weights& root, const ClipConfig& config);
    at::Tensor embedded(const at::Tensor& ids) const;

    bool uses_attention_mask_;
    int64_t end_id_;
    Embedding token_embedding_, position_embedding_;
    std::vector<CLIPEncoderLayer> layers_;
    LayerNorm final_layer_norm_;
    std::optional<Linear> text_projection_;
    at::Tensor learned_;  ///< beside the tokens' embeddings; undefined: there are no others
};

}  // namespace fanlight
