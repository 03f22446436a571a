#pragma once

#include <ATen/core/Tensor.h>

#include <string>

#include "core/families/parts/rope_config.h"
#include "core/layers/text_step.h"

namespace fanlight {

/// Rotary position embeddings (RoPE, Su et al. 2021) and the ways to stretch them over a longer context: linear (Chen
/// et al. 2023), dynamic NTK, Llama 3's, YaRN (Peng et al. 2023) and LongRoPE (Ding et al. 2024), as in transformers'
/// modeling_rope_utils. Each row decides for itself what depends on a text's length. Any thread.
class Rope {
public:
    explicit Rope(const RopeConfig& config);

    /// [dim / 2] float32 on the CPU, radians a token, for a text of so many tokens.
    at::Tensor frequencies(int64_t tokens) const;
    /// Of cosine and sine.
    double attention_factor() const { return attention_factor_; }

    /// Rotates the first numbers of each head with those half their number behind them. x: [R, L, heads, head_dim]
    at::Tensor operator()(const TextStep& step, const at::Tensor& x) const;

private:
    at::Tensor angles(const TextStep& step) const;

    RopeConfig config_;
    std::string name_;  ///< what tells it from others that share a step
    double attention_factor_;
};

}  // namespace fanlight
