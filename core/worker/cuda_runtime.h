#pragma once

#include <c10/core/Device.h>

#include <string>

namespace fanlight {

/// "cpu" or "cuda:N" as a usable device. On the first GPU it loads the CUDA half of LibTorch, which a CPU worker never
/// pays for. Throws Error naming the device and what is missing.
at::Device device_named(const std::string& name);

/// Number of GPUs visible to this process; 0 without a driver. Loads the CUDA half like device_named().
int cuda_device_count();

struct CudaDevice {
    std::string name;
    std::string uuid;  ///< "GPU-…", as nvidia-smi prints it
};
CudaDevice describe_cuda_device(at::Device device);

}  // namespace fanlight
