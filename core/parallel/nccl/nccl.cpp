// A separate library (libfanlight-nccl.so): it links the CUDA half of LibTorch, which a worker on CPUs never loads.
#define USE_C10D_NCCL
#include <cstdlib>
#include <torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp>

#include "core/parallel/backends.h"

namespace fanlight {

// Two stages exchange a few megabytes: with all channels, each of a stage's communicators would take up to 500 MB.
constexpr int max_channels = 4;

extern "C" c10d::Backend* fanlight_make_nccl(const BackendOptions& options, char* fault, size_t fault_size) try {
    const auto nccl = c10d::ProcessGroupNCCL::Options::create();
    nccl->timeout = options.timeout;
#ifdef NCCL_HAS_CONFIG
    nccl->config.maxCTAs = max_channels;
#endif
    if (options.one_machine) ::setenv("NCCL_SOCKET_IFNAME", "=lo", 0);  // nothing listens on the network
    return c10::make_intrusive<c10d::ProcessGroupNCCL>(options.store, options.rank, options.size, nccl).release();
} catch (const std::exception& error) {
    std::snprintf(fault, fault_size, "%s", error.what());
    return nullptr;
}

}  // namespace fanlight
