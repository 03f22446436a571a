#pragma once

#include <c10/core/Device.h>

#include <string>

namespace fanlight {

/// "cpu" or "cuda:N" as a device that can be used now. For the first GPU it loads the CUDA half of LibTorch, which a
/// CPU worker never pays for. Throws Error naming the device and what is missing.
at::Device device_named(const std::string& name);

/// GPUs that this process sees; 0 where no driver answers. Loads the CUDA half like device_named().
int cuda_device_count();

struct CudaDevice {
    std::string name;
    std::string uuid;  ///< "GPU-…", as nvidia-smi prints it
};
CudaDevice describe_cuda_device(at::Device device);

}  // namespace fanlight
