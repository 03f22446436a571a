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

/// Whether what a VAE's config says of "shift_factor" is added to latents before they are decoded.
enum class LatentShift { Ignored, Added };

/// Turns latents into pictures, with the component "vae", an AutoencoderKL (or AutoencoderKLFlux2) or an
/// AutoencoderTiny; in tiles if the
/// folder says so. A picture of which a decoder of float16 makes numbers that are not finite is made again in float32:
/// a VAE that exceeds float16's largest does so with some pictures, and each is made alike wherever that is.
class PictureDecoder {
public:
    /// Throws Error naming the file or the unsupported value.
    PictureDecoder(const ModelFolder& folder, const Weights::Placement& placement,
                   LatentShift shift = LatentShift::Ignored);

    int64_t latent_channels() const {
        return std::visit([](const auto& vae) { return vae.latent_channels(); }, vae_);
    }

    /// Side of the squares of pixels that the sampler sees as one; each of these pixels has a share of its channels.
    int64_t latent_patch() const;

    /// Of one image of this size: (1, C, h, w). Throws Error for a size that the decoder cannot make.
    std::vector<int64_t> latent_shape(int width, int height) const;

    /// `latents`: [B, C, h, w], of any dtype. In float16 the host waits for all of them.
    Pictures decode(const at::Tensor& latents);

private:
    using Vae = std::variant<AutoencoderKL, AutoencoderTiny>;
    struct Painted {
        at::Tensor image;   ///< [1, H, W, 3] uint8
        at::Tensor finite;  ///< [1] uint8: see Pictures
    };

    static at::Tensor unpatchified(const at::Tensor& latent, const Vae& vae);
    static Vae load_vae(const ModelFolder& folder, const Weights::Placement& placement);
    Painted paint(const at::Tensor& latent, const Vae& vae, at::ScalarType dtype) const;
    /// nullopt: it is of no use.
    std::optional<Painted> paint_exactly(const at::Tensor& latent);

    /// In float32: [1, 3, rows, W], from top to bottom.
    using TakeStrip = std::function<void(const at::Tensor& strip)>;

    void decode_strips(const at::Tensor& latent, const Vae& vae, const TakeStrip& take) const;

    const ModelFolder folder_;
    const Weights::Placement placement_;
    const double shift_;
    std::optional<VaeTiles> tiles_;
    Vae vae_;
    std::optional<Vae> exact_;  ///< the same in float32, once it has been needed
};

}  // namespace fanlight
