#include "core/pipelines/picture_decoder.h"

#include <ATen/ATen.h>

#include "core/pipelines/load_component.h"

namespace fanlight {

namespace {

std::variant<AutoencoderKL, AutoencoderTiny> load_vae(const ModelFolder& folder, const Weights::Placement& placement) {
    if (is_tiny_autoencoder(folder.config("vae")))
        return load_component<AutoencoderTiny>(folder, "vae", placement, {"encoder."});
    return load_component<AutoencoderKL>(folder, "vae", placement, {"encoder.", "quant_conv."});
}

}  // namespace

PictureDecoder::PictureDecoder(const ModelFolder& folder, const Weights::Placement& placement)
    : dtype_(placement.dtype), vae_(load_vae(folder, placement)) {}

std::vector<int64_t> PictureDecoder::latent_shape(int width, int height) const {
    const int64_t factor = std::visit([](const auto& vae) { return vae.factor(); }, vae_);
    if (height % factor != 0 || width % factor != 0)
        throw Error("Width and height must be multiples of %1 for this model, not %2x%3", factor, width, height);
    return {1, latent_channels(), height / factor, width / factor};
}

Pictures PictureDecoder::decode(const at::Tensor& latents) const {
    // One picture at a time, so that the decoder's memory does not grow with the batch.
    std::vector<at::Tensor> images, finite;
    for (const at::Tensor& latent : latents.split(1)) {
        const at::Tensor picture =
            std::visit([&](const auto& vae) { return vae.decode(latent.to(dtype_)); }, vae_).to(at::kFloat);
        finite.push_back(at::isfinite(picture).all().to(at::kByte).reshape({1}));
        images.push_back((picture / 2 + 0.5).clamp(0, 1).permute({0, 2, 3, 1}).mul(255).round().to(at::kByte));
    }
    return {at::cat(images), at::cat(finite)};
}

}  // namespace fanlight
