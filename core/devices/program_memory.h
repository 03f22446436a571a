#pragma once

#include <cstddef>
#include <cstdint>

#include "core/devices/memory_budget.h"

namespace fanlight {

/// What a process takes of a device for itself, in bytes: beside weights and activations, and outside of PyTorch's
/// allocator but for the workspaces. Estimates, on the high side of what their sources say.
struct ProgramMemory {
    /// Of main memory: LibTorch's libraries and the process (a CPU worker with the smallest model, measured).
    static constexpr int64_t cpu_process = 150'000'000;
    /// The most that a worker's embeddings of texts take of main memory (core/pipelines/embedding_cache.h).
    static constexpr int64_t embeddings = 256 << 20;
    /// A CUDA context with the kernels that a run loads: 300 to 600 MB, depending on card and driver.
    static constexpr int64_t cuda_context = 450'000'000, least_cuda_context = 300'000'000;
    /// CUBLAS_WORKSPACE_CONFIG=:4096:8 (core/worker/worker_device.cpp): eight buffers of 4096 KiB.
    static constexpr int64_t cublas_workspace = int64_t{8} * 4096 * 1024;
    /// The convolutions of a decoder, with cuDNN's deterministic algorithms: up to a few hundred MB.
    static constexpr int64_t cudnn_workspace = 200'000'000;
    /// NCCL's communicators take 0.1 to 0.5 GB each with all channels; Fanlight asks for four (core/parallel/nccl).
    static constexpr int64_t nccl_communicator = 150'000'000;
};

/// The NCCL communicators of each stage of a pipeline: one to either neighbour (core/parallel/stage_ring.h).
constexpr int communicators_of_stage(size_t stages) { return stages > 1 ? 2 : 0; }

/// What a process with so many communicators takes of a device.
inline int64_t program_memory_on(const std::string& device, int communicators = 0) {
    if (gpu_number(device) < 0) return ProgramMemory::cpu_process;
    return ProgramMemory::cuda_context + ProgramMemory::cublas_workspace + ProgramMemory::cudnn_workspace +
           communicators * ProgramMemory::nccl_communicator;
}

}  // namespace fanlight
