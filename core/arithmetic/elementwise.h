#pragma once

#include <ATen/core/Tensor.h>

#include <functional>

namespace fanlight {

/// f(x), where f makes of each number another one, with results that, on the CPU, do not depend on the number of
/// threads: ATen's kernels compute the last numbers of each thread's share with other instructions, so the shares are
/// cut by the size alone (parts.h). x: of any shape -> of the same. Any thread.
at::Tensor elementwise(const at::Tensor& x, const std::function<at::Tensor(const at::Tensor&)>& f);

}  // namespace fanlight
