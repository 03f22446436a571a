#pragma once

#include <ATen/core/Tensor.h>

#include "core/samplers/scheduler_config.h"

namespace fanlight {

/// The clean picture x0 and the noise that the network's answer means, where x = alpha * x0 + sigma * noise. All
/// [B, C, h, w].
at::Tensor predicted_original(Prediction prediction, const at::Tensor& model_output, const at::Tensor& x, float alpha,
                              float sigma);
at::Tensor predicted_noise(Prediction prediction, const at::Tensor& model_output, const at::Tensor& x, float alpha,
                           float sigma);

/// x0 where x = x0 + sigma * noise (Karras et al. 2022).
at::Tensor predicted_original(Prediction prediction, const at::Tensor& model_output, const at::Tensor& x, float sigma);

/// x0 within the range of data: dynamic thresholding (Saharia et al. 2022, section 2.3), clipping or neither, as the
/// config says.
at::Tensor limited(const SchedulerConfig& config, const at::Tensor& original);

}  // namespace fanlight
