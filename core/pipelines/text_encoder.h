#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

#include "core/models/text_encoder_layers.h"
#include "core/weights/model_folder.h"

namespace fanlight {

/// Texts as ids, of equal lengths with their padding. All on the CPU.
struct PaddedTexts {
    at::Tensor ids;   ///< [B, L] int64
    at::Tensor mask;  ///< [B, L] bool, false for padding
    /// [B, L] int64. Undefined: 0, 1, 2, … in each row, padding counted, as in transformers where only a mask is given.
    at::Tensor positions = {};
};

/// Each text with as many `pad_id` behind it, or before it, as make it `length` tokens long. Throws Error if one is
/// longer.
enum class PaddingSide { Left, Right };
PaddedTexts padded(const std::vector<std::vector<int64_t>>& texts, int64_t length, int64_t pad_id, PaddingSide side);

/// The number of tokens before each that are no padding, for PaddedTexts::positions: as transformers counts them when
/// it generates. Padding has that of the token before it, or 0. mask: [B, L] bool -> [B, L] int64
at::Tensor counted_positions(const at::Tensor& mask);

/// A component of a picture model that reads its prompts: a decoder of LlamaKind without its head and without caches,
/// or T5's encoder, from which the hidden states after some layers are taken. The numbers are those of transformers'
/// classes with output_hidden_states=True and the same mask: no token attends to padding, which has hidden states all
/// the same. Its layers lie where the placement's device map says. Const, any thread; with offloaded layers one at a
/// time.
class TextEncoder {
public:
    /// `states`: which, numbered as by text_encoder_layers(); at least one. Layers behind the last one are not loaded.
    /// Throws Error naming the file, the tensor, the unsupported value or the state that there is not.
    TextEncoder(const ModelFolder& folder, const std::string& component, const Weights::Placement& placement,
                const std::vector<int64_t>& states);

    /// For each of the states [B, L, width] on the placement's device, in its dtype. (T5 in float16 has float32 between
    /// its layers, as in transformers.) Each row is computed alone, so that it does not depend on the others; of no
    /// layer but the wanted ones is anything kept. Throws Error if a row is longer than the model's context, or the
    /// model does not know a token.
    std::vector<at::Tensor> hidden_states(const PaddedTexts& texts) const;

    int64_t width() const { return width_; }

private:
    TextEncoder(const ModelFolder& folder, const std::string& component, const Weights& weights,
                const std::vector<int64_t>& states);
    TextEncoder(const ModelFolder& folder, const std::string& component, const Weights& weights,
                const TextEncoderLayers& network);

    Place where_;
    at::Device device_;
    LayerSequence layers_;
    std::vector<std::string> names_;
    int64_t vocabulary_, context_, width_;
};

}  // namespace fanlight
