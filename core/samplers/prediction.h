#pragma once

#include <ATen/core/Tensor.h>

#include "core/samplers/noise_level.h"
#include "core/schedulers/scheduler_config.h"

namespace fanlight {

/// The clean picture x0 and the noise implied by the network's output, where x = alpha * x0 + sigma * noise. All [B, C,
/// h, w].
at::Tensor predicted_original(Prediction prediction, const at::Tensor& model_output, const at::Tensor& x,
                              const NoiseLevel& level);
at::Tensor predicted_noise(Prediction prediction, const at::Tensor& model_output, const at::Tensor& x,
                           const NoiseLevel& level);

/// x0 for x = x0 + sigma * noise (Karras et al. 2022), where the network sees x scaled to unit variance. Not for a
/// flow.
at::Tensor predicted_original(Prediction prediction, const at::Tensor& model_output, const at::Tensor& x, float sigma);

/// x0 limited to the range of the data: dynamic thresholding (Saharia et al. 2022, section 2.3), clipping or neither,
/// depending on the config.
at::Tensor limited(const SchedulerConfig& config, const at::Tensor& original);

/// A number rounded to the dtype.
float rounded(float value, at::ScalarType dtype);

}  // namespace fanlight
