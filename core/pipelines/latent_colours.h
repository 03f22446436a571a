#pragma once

#include <ATen/core/Tensor.h>

#include "core/pipelines/picture_decoder.h"

namespace fanlight {

/// Small previews of latents without running the decoder: each pixel of the latents is mapped to a colour. The map is
/// affine and fitted once, by least squares, to what the decoder makes of smooth random latents: this costs a sixteenth
/// of a 512x512 picture and works with any decoder. Latents whose channels hold several pixels are spread out first.
class LatentColours {
public:
    LatentColours(PictureDecoder& decoder, at::ScalarType dtype, at::Device device);

    /// [B, C, h, w] -> [B, h', w', 3] uint8 on the CPU, contiguous; the longer side is at most 64.
    at::Tensor paint(const at::Tensor& latents) const;

private:
    const int64_t patch_;  ///< see PictureDecoder::latent_patch()
    at::Tensor map_;       ///< [C / patch² + 1, 3] float32 on the CPU: for each channel, and the constant
};

}  // namespace fanlight
