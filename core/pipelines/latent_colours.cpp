#include "core/pipelines/latent_colours.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>

#include <algorithm>

namespace fanlight {

namespace {

constexpr int probe_pixels = 128;  ///< side of the picture that the map is fitted to
constexpr int longest_side = 64;

/// Noise of unit variance that is constant over patches of several latent pixels: the decoder would turn finer noise
/// into texture rather than colours.
at::Tensor smooth_latents(const std::vector<int64_t>& shape) {
    const at::Generator generator = at::make_generator<at::CPUGeneratorImpl>(uint64_t{1});
    const at::Tensor coarse = at::randn({1, shape[1], shape[2] / 2, shape[3] / 2}, generator, at::kFloat);
    const at::Tensor smooth = at::upsample_bilinear2d(coarse, {shape[2], shape[3]}, false);
    return smooth / smooth.std();
}

/// [1, C, h, w] -> [h * w, C + 1]
at::Tensor with_constant(const at::Tensor& latents) {
    const at::Tensor pixels = latents.permute({0, 2, 3, 1}).flatten(0, 2);
    return at::cat({pixels, at::ones({pixels.size(0), 1}, pixels.options())}, 1);
}

}  // namespace

LatentColours::LatentColours(PictureDecoder& decoder, at::ScalarType dtype, at::Device device)
    : patch_(decoder.latent_patch()) {
    const std::vector<int64_t> seen = decoder.latent_shape(probe_pixels, probe_pixels),
                               shape = {1, seen[1] / (patch_ * patch_), seen[2] * patch_, seen[3] * patch_};
    const at::Tensor latents = smooth_latents(shape), given = at::pixel_unshuffle(latents, patch_);
    const at::Tensor picture = decoder.decode(given.to(device, dtype)).images().to(at::kDouble).permute({0, 3, 1, 2});
    const at::Tensor colours =
        at::adaptive_avg_pool2d(picture, {shape[2], shape[3]}).permute({0, 2, 3, 1}).flatten(0, 2);
    const at::Tensor a = with_constant(latents).to(at::kDouble);
    // A small ridge term keeps the system solvable if a channel has no effect.
    const at::Tensor normal = a.t().matmul(a) + at::eye(a.size(1), a.options()) * 1e-3;
    map_ = at::linalg_solve(normal, a.t().matmul(colours)).to(at::kFloat);
}

at::Tensor LatentColours::paint(const at::Tensor& latents) const {
    at::Tensor x = at::pixel_shuffle(latents.to(at::kCPU, at::kFloat), patch_);
    const int64_t h = x.size(2), w = x.size(3), longer = std::max(h, w);
    if (longer > longest_side)
        x = at::adaptive_avg_pool2d(
            x, {std::max<int64_t>(1, h * longest_side / longer), std::max<int64_t>(1, w * longest_side / longer)});
    const int64_t channels = x.size(1);
    const at::Tensor colours = x.permute({0, 2, 3, 1}).matmul(map_.slice(0, 0, channels)) + map_[channels];
    return colours.nan_to_num(0).clamp(0, 255).round().to(at::kByte).contiguous();
}

}  // namespace fanlight
