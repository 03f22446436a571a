#include "core/samplers/heun_sampler.h"

#include <ATen/ATen.h>

#include "core/samplers/prediction.h"

namespace fanlight {

at::Tensor HeunSampler::heun_step(const at::Tensor& out, size_t i, const at::Tensor& x) {
    const at::Tensor x0 = limited(config_, predicted_original(config_.prediction, out, x, sigmas_[i]));
    const at::Tensor slope = (x - x0) / sigmas_[i];
    if (!begins(i)) return start_ + (slope_ + slope) / 2 * (sigmas_[i] - sigmas_[i - 1]);
    start_ = x;
    slope_ = slope;
    return x + slope * (sigmas_[i + 1] - sigmas_[i]);
}

}  // namespace fanlight
