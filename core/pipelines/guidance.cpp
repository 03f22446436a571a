#include "core/pipelines/guidance.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "core/base/error.h"
#include "core/batch/image_task.h"
#include "core/weights/transfer.h"

namespace fanlight {

namespace {

/// [B, 1, 1, 1] float32
at::Tensor per_image(const std::vector<double>& values, at::Device device) {
    return to_device(at::tensor(std::vector<float>(values.begin(), values.end())).view({-1, 1, 1, 1}), device);
}

}  // namespace

Guidance::Guidance(const std::vector<double>& scales, const std::vector<double>& rescales, double floor,
                   at::Device device)
    : floor_(floor) {
    const auto guided = std::count_if(scales.begin(), scales.end(), [&](double scale) { return scale > floor; });
    if (guided == 0) return;
    if (guided != static_cast<long>(scales.size()))
        throw Error(
            "A micro-batch mixes images with and without guidance; cfg_scale must be above %1 for all or for none",
            static_cast<int>(floor));
    scales_ = per_image(scales, device);
    const bool rescales_any = std::any_of(rescales.begin(), rescales.end(), [](double share) { return share > 0; });
    if (rescales_any) rescales_ = per_image(rescales, device);
}

at::Tensor Guidance::widen(const at::Tensor& x) const { return guided() ? at::cat({x, x}) : x; }

at::Tensor Guidance::combine(const at::Tensor& output) const {
    if (!guided()) return output;
    const auto halves = output.chunk(2);
    // The product in float32, then rounded: like multiplying by a scalar, but with a separate factor for each image.
    const at::Tensor push = ((halves[1] - halves[0]) * scales_).to(output.scalar_type());
    const at::Tensor guided = (floor_ == 0 ? halves[1] : halves[0]) + push;
    return rescales_.defined() ? rescaled(guided, halves[1]) : guided;
}

at::Tensor Guidance::rescaled(const at::Tensor& guided, const at::Tensor& conditional) const {
    // First over the width: a sum of all at once would depend on the number of threads and of images.
    const auto mean = [](const at::Tensor& x) { return x.mean(-1, /*keepdim=*/true).mean({1, 2}, /*keepdim=*/true); };
    const auto deviation = [&](const at::Tensor& image) {
        const at::Tensor x = image.to(at::kDouble);
        const double n = static_cast<double>(x[0].numel());
        return (mean((x - mean(x)).square()) * (n / (n - 1))).sqrt().to(at::kFloat);
    };
    const at::Tensor plain = guided * (deviation(conditional) / deviation(guided));
    return (plain * rescales_ + guided * (1 - rescales_)).to(guided.scalar_type());
}

}  // namespace fanlight
