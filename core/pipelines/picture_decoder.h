#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <optional>
#include <variant>
#include <vector>

#include "core/families/parts/vae_tiles.h"
#include "core/models/autoencoder_kl.h"
#include "core/models/autoencoder_tiny.h"
#include "core/pipelines/outputs.h"
#include "core/weights/model_folder.h"

namespace fanlight {

/// Turns latents into pictures, with the component "vae", an AutoencoderKL or an AutoencoderTiny; in tiles if the
/// folder says so.
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
    /// In float32: [1, 3, rows, W], from top to bottom.
    using TakeStrip = std::function<void(const at::Tensor& strip)>;

    void decode_strips(const at::Tensor& latent, const TakeStrip& take) const;

    at::ScalarType dtype_;
    std::optional<VaeTiles> tiles_;
    std::variant<AutoencoderKL, AutoencoderTiny> vae_;
};

}  // namespace fanlight
