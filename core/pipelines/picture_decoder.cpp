#include "core/pipelines/picture_decoder.h"

#include <ATen/ATen.h>

#include "core/pipelines/load_component.h"
#include "core/pipelines/tiled_decoding.h"

namespace fanlight {

namespace {

std::variant<AutoencoderKL, AutoencoderTiny> load_vae(const ModelFolder& folder, const Weights::Placement& placement) {
    if (is_tiny_autoencoder(folder.config("vae")))
        return load_component<AutoencoderTiny>(folder, "vae", placement, {"encoder."});
    return load_component<AutoencoderKL>(folder, "vae", placement, {"encoder.", "quant_conv."});
}

}  // namespace

PictureDecoder::PictureDecoder(const ModelFolder& folder, const Weights::Placement& placement)
    : dtype_(placement.dtype), vae_(load_vae(folder, placement)) {
    if (folder.vae_tiling()) tiles_.emplace(folder.config("vae"));
}

std::vector<int64_t> PictureDecoder::latent_shape(int width, int height) const {
    const int64_t factor = std::visit([](const auto& vae) { return vae.factor(); }, vae_);
    if (height % factor != 0 || width % factor != 0)
        throw Error("Width and height must be multiples of %1 for this model, not %2x%3", factor, width, height);
    return {1, latent_channels(), height / factor, width / factor};
}

void PictureDecoder::decode_strips(const at::Tensor& latent, const TakeStrip& take) const {
    const auto decode = [&](const at::Tensor& part) {
        return std::visit([&](const auto& vae) { return vae.decode(part); }, vae_);
    };
    if (tiles_ && tiles_->cut(latent.size(2), latent.size(3)))
        decode_in_tiles(latent, *tiles_, decode, take);
    else
        take(decode(latent).to(at::kFloat));
}

Pictures PictureDecoder::decode(const at::Tensor& latents) const {
    // One picture at a time, so that the decoder's memory does not grow with the batch.
    std::vector<at::Tensor> images, finite;
    for (const at::Tensor& latent : latents.split(1)) {
        std::vector<at::Tensor> strips, sound;
        decode_strips(latent.to(dtype_), [&](const at::Tensor& strip) {
            sound.push_back(at::isfinite(strip).all().to(at::kByte).reshape({1}));
            strips.push_back((strip / 2 + 0.5).clamp(0, 1).permute({0, 2, 3, 1}).mul(255).round().to(at::kByte));
        });
        images.push_back(at::cat(strips, 1));
        finite.push_back(at::cat(sound).amin(0, true));
    }
    return {at::cat(images), at::cat(finite)};
}

}  // namespace fanlight
