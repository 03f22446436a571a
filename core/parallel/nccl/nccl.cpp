// A separate library (libfanlight-nccl.so): it links the CUDA half of LibTorch, which a worker on CPUs never loads.
#define USE_C10D_NCCL
#include <torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp>

#include "core/parallel/backends.h"

namespace fanlight {

extern "C" c10d::Backend* fanlight_make_nccl(const BackendOptions& options, char* fault, size_t fault_size) try {
    const auto nccl = c10d::ProcessGroupNCCL::Options::create();
    nccl->timeout = options.timeout;
    return c10::make_intrusive<c10d::ProcessGroupNCCL>(options.store, options.rank, options.size, nccl).release();
} catch (const std::exception& error) {
    std::snprintf(fault, fault_size, "%s", error.what());
    return nullptr;
}

}  // namespace fanlight
