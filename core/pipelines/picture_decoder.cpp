#include "core/pipelines/picture_decoder.h"

#include <ATen/ATen.h>

#include "core/pipelines/load_component.h"
#include "core/pipelines/tiled_decoding.h"

namespace fanlight {

PictureDecoder::Vae PictureDecoder::load_vae(const ModelFolder& folder, const Weights::Placement& placement) {
    if (is_tiny_autoencoder(folder.config("vae")))
        return load_component<AutoencoderTiny>(folder, "vae", placement, {"encoder."});
    return load_component<AutoencoderKL>(folder, "vae", placement, {"encoder.", "quant_conv.", "num_batches_tracked"});
}

namespace {

double shift_of(const ModelFolder& folder, LatentShift shift) {
    const Json config = folder.config("vae");
    const bool has_none = shift == LatentShift::Ignored || is_tiny_autoencoder(config);
    return has_none ? 0 : AutoencoderConfig(config).shift_factor;
}

}  // namespace

PictureDecoder::PictureDecoder(const ModelFolder& folder, const Weights::Placement& placement, LatentShift shift)
    : folder_(folder), placement_(placement), shift_(shift_of(folder, shift)), vae_(load_vae(folder, placement)) {
    if (folder.vae_tiling()) tiles_.emplace(folder.config("vae"));
}

int64_t PictureDecoder::latent_patch() const {
    const auto* kl = std::get_if<AutoencoderKL>(&vae_);
    return kl ? kl->patch() : 1;
}

at::Tensor PictureDecoder::unpatchified(const at::Tensor& latent, const Vae& vae) {
    const auto* kl = std::get_if<AutoencoderKL>(&vae);
    return kl ? kl->unpatchified(latent) : latent;
}

std::vector<int64_t> PictureDecoder::latent_shape(int width, int height) const {
    const int64_t factor = std::visit([](const auto& vae) { return vae.factor(); }, vae_);
    if (height % factor != 0 || width % factor != 0)
        throw Error("Width and height must be multiples of %1 for this model, not %2x%3", factor, width, height);
    return {1, latent_channels(), height / factor, width / factor};
}

void PictureDecoder::decode_strips(const at::Tensor& latent, const Vae& vae, const TakeStrip& take) const {
    const auto decode = [&](const at::Tensor& part) {
        if (const auto* kl = std::get_if<AutoencoderKL>(&vae)) return kl->decode(part, shift_);
        return std::get<AutoencoderTiny>(vae).decode(part);
    };
    if (tiles_ && tiles_->cut(latent.size(2), latent.size(3)))
        decode_in_tiles(latent, *tiles_, decode, take);
    else
        take(decode(latent).to(at::kFloat));
}

PictureDecoder::Painted PictureDecoder::paint(const at::Tensor& latent, const Vae& vae, at::ScalarType dtype) const {
    std::vector<at::Tensor> strips, sound;
    decode_strips(unpatchified(latent, vae).to(dtype), vae, [&](const at::Tensor& strip) {
        sound.push_back(at::isfinite(strip).all().to(at::kByte).reshape({1}));
        strips.push_back((strip / 2 + 0.5).clamp(0, 1).permute({0, 2, 3, 1}).mul(255).round().to(at::kByte));
    });
    return {at::cat(strips, 1), at::cat(sound).amin(0, true)};
}

std::optional<PictureDecoder::Painted> PictureDecoder::paint_exactly(const at::Tensor& latent) {
    if (!at::isfinite(latent).all().item<bool>()) return std::nullopt;
    if (!exact_) {
        Weights::Placement placement = placement_;
        placement.dtype = at::kFloat;
        exact_.emplace(load_vae(folder_, placement));
    }
    Painted painted = paint(latent, *exact_, at::kFloat);
    painted.finite.mul_(finite_in_float32);
    return painted;
}

Pictures PictureDecoder::decode(const at::Tensor& latents) {
    // One picture at a time, so that the decoder's memory does not grow with the batch.
    const std::vector<at::Tensor> each = latents.split(1);
    std::vector<at::Tensor> images, finite;
    for (const at::Tensor& latent : each) {
        const Painted painted = paint(latent, vae_, placement_.dtype);
        images.push_back(painted.image);
        finite.push_back(painted.finite);
    }
    if (placement_.dtype != at::kHalf) return {at::cat(images), at::cat(finite)};
    const at::Tensor known = at::cat(finite).cpu();  // after all of them: the host waits once
    for (size_t i = 0; i < each.size(); ++i) {
        if (known[static_cast<int64_t>(i)].item<uint8_t>() != 0) continue;
        const Painted painted = paint_exactly(each[i]).value_or(Painted{images[i], finite[i]});
        images[i] = painted.image;
        finite[i] = painted.finite;
    }
    return {at::cat(images), at::cat(finite)};
}

}  // namespace fanlight
