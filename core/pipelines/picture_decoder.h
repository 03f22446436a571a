#pragma once

#include <ATen/core/Tensor.h>

#include <variant>
#include <vector>

#include "core/models/autoencoder_kl.h"
#include "core/models/autoencoder_tiny.h"
#include "core/pipelines/outputs.h"
#include "core/weights/model_folder.h"

namespace fanlight {

/// Turns latents into pictures, with the component "vae", an AutoencoderKL or an AutoencoderTiny.
class PictureDecoder {
public:
    /// Throws Error naming the file or the unsupported value.
    PictureDecoder(const ModelFolder& folder, const Weights::Placement& placement);

    int64_t latent_channels() const {
        return std::visit([](const auto& vae) { return vae.latent_channels(); }, vae_);
    }

    /// Of one image of this size: (1, C, h, w). Throws Error for a size that the decoder cannot make.
    std::vector<int64_t> latent_shape(int width, int height) const;

    /// `latents`: [B, C, h, w], of any dtype
    Pictures decode(const at::Tensor& latents) const;

private:
    at::ScalarType dtype_;
    std::variant<AutoencoderKL, AutoencoderTiny> vae_;
};

}  // namespace fanlight
