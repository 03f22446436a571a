#include "core/pipelines/guidance.h"

#include <ATen/ATen.h>

#include "core/base/error.h"
#include "core/batch/image_task.h"
#include "core/weights/transfer.h"

namespace fanlight {

Guidance::Guidance(const std::vector<double>& scales, at::Device device) {
    const auto guided = std::count_if(scales.begin(), scales.end(), guides);
    if (guided == 0) return;
    if (guided != static_cast<long>(scales.size()))
        throw Error(
            "A micro-batch mixes images with and without guidance; cfg_scale must be above 1 for all or for none");
    scales_ = to_device(at::tensor(std::vector<float>(scales.begin(), scales.end())).view({-1, 1, 1, 1}), device);
}

at::Tensor Guidance::widen(const at::Tensor& x) const { return guided() ? at::cat({x, x}) : x; }

at::Tensor Guidance::combine(const at::Tensor& output) const {
    if (!guided()) return output;
    const auto halves = output.chunk(2);
    // The product in float32, then rounded: like multiplying by a scalar, but with a separate factor for each image.
    const at::Tensor push = ((halves[1] - halves[0]) * scales_).to(output.scalar_type());
    return halves[0] + push;
}

}  // namespace fanlight
