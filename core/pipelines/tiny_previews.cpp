#include "core/pipelines/tiny_previews.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace fanlight {

namespace {

constexpr int64_t longest_decoded = 32;  ///< of the latents that are decoded: pictures of 256 pixels
constexpr double rest = 200;             ///< between two previews, in durations of one

ModelFolder with_decoder(const ModelFolder& folder, const std::string& file) {
    return ModelFolder(folder.path(), {}, {}, {{.kind = vae_kind, .file = file}});
}

/// At most so large.
at::Tensor few_pixels_of(const at::Tensor& latents) {
    const int64_t h = latents.size(2), w = latents.size(3), longer = std::max(h, w);
    if (longer <= longest_decoded) return latents;
    return at::adaptive_avg_pool2d(latents, {std::max<int64_t>(1, h * longest_decoded / longer),
                                             std::max<int64_t>(1, w * longest_decoded / longer)});
}

}  // namespace

TinyPreviews::TinyPreviews(const ModelFolder& folder, const std::string& file, const Weights::Placement& placement)
    : placement_(placement), decoder_(with_decoder(folder, file), placement) {}

at::Tensor TinyPreviews::paint(const at::Tensor& latents) {
    if (since_last_.seconds() < rest * last_seconds_) return {};
    const at::Tensor arrived = latents.to(at::kCPU, at::kFloat);  // the steps before are not the preview's time
    const Stopwatch taken;
    const at::Tensor pictures =
        decoder_.decode(few_pixels_of(arrived).nan_to_num(0).to(placement_.device, placement_.dtype)).images();
    last_seconds_ = taken.seconds();
    since_last_ = {};
    return pictures;
}

}  // namespace fanlight
