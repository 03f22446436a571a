#pragma once

#include <ATen/core/Tensor.h>

#include <string>

#include "core/base/stopwatch.h"
#include "core/pipelines/picture_decoder.h"

namespace fanlight {

/// Small previews of latents by a tiny decoder.
class TinyPreviews {
public:
    /// `file`: the decoder's file or folder. Throws Error if it does not fit the model.
    TinyPreviews(const ModelFolder& folder, const std::string& file, const Weights::Placement& placement);

    /// [B, C, h, w] -> [B, H, W, 3] uint8 on the CPU, contiguous, of at most 32 latent pixels in each direction.
    /// Undefined if it is too soon for another one: they take a two-hundredth of the time at most, after the first.
    at::Tensor paint(const at::Tensor& latents);

private:
    const Weights::Placement placement_;
    PictureDecoder decoder_;
    Stopwatch since_last_;
    double last_seconds_ = 0;
};

}  // namespace fanlight
