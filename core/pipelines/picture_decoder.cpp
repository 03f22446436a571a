#include "core/pipelines/picture_decoder.h"

#include <ATen/ATen.h>

#include "core/pipelines/load_component.h"

namespace fanlight {

PictureDecoder::PictureDecoder(const ModelFolder& folder, const Weights::Placement& placement)
    : vae_(load_component<AutoencoderKL>(folder, "vae", placement, {"encoder.", "quant_conv."})) {}

std::vector<int64_t> PictureDecoder::latent_shape(int width, int height) const {
    const int64_t factor = vae_.factor();
    if (height % factor != 0 || width % factor != 0)
        throw Error("Width and height must be multiples of " + std::to_string(factor) + " for this model, not " +
                    std::to_string(width) + "x" + std::to_string(height));
    return {1, vae_.latent_channels(), height / factor, width / factor};
}

Pictures PictureDecoder::decode(const at::Tensor& latents) const {
    // One picture at a time, so that the decoder's memory does not grow with the batch.
    std::vector<at::Tensor> bytes, finite;
    std::vector<int64_t> shape;
    for (const at::Tensor& latent : latents.split(1)) {
        const at::Tensor picture = vae_.decode(latent).to(at::kFloat);
        finite.push_back(at::isfinite(picture).all().to(at::kByte).reshape({1}));
        const at::Tensor pixels = (picture / 2 + 0.5).clamp(0, 1).permute({0, 2, 3, 1}).mul(255).round().to(at::kByte);
        shape = pixels.sizes().vec();
        bytes.push_back(pixels.flatten());
    }
    shape[0] = static_cast<int64_t>(bytes.size());
    const int64_t all_bytes = c10::multiply_integers(shape);
    bytes.insert(bytes.end(), finite.begin(), finite.end());
    const at::Tensor here = at::cat(bytes).cpu();  // all at once: each transfer waits for the device
    Pictures result{here.narrow(0, 0, all_bytes).view(shape), {}};
    for (int64_t i = 0; i < shape[0]; ++i) result.broken.push_back(here[all_bytes + i].item<uint8_t>() == 0);
    return result;
}

}  // namespace fanlight
