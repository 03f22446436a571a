// A separate library (libfanlight-cuda.so): it links the CUDA half of LibTorch, which a worker on CPUs never loads.
#include <ATen/cuda/CUDAGraph.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>

#include "core/weights/accelerator.h"

namespace fanlight {

namespace {

class CudaGraph : public DeviceGraph {
public:
    explicit CudaGraph(int index) : device_(static_cast<c10::DeviceIndex>(index)) {}

    /// CUDA does not record the default stream; the one beside it begins after what that has been given.
    void record(const std::function<void()>& work) override {
        const c10::cuda::CUDAGuard on_device(device_);
        const auto stream = c10::cuda::getStreamFromPool(/*isHighPriority=*/false, device_);
        c10::cuda::getCurrentCUDAStream(device_).synchronize();
        const c10::cuda::CUDAStreamGuard beside(stream);
        graph_.capture_begin({0, 0}, cudaStreamCaptureModeThreadLocal);
        try {
            work();
        } catch (...) {
            try {
                graph_.capture_end();
            } catch (const std::exception&) {  // it says again that the work has failed
            }
            throw;
        }
        graph_.capture_end();
    }

    void replay() override {
        const c10::cuda::CUDAGuard on_device(device_);
        graph_.replay();
    }

private:
    const c10::DeviceIndex device_;
    at::cuda::CUDAGraph graph_;
};

}  // namespace

/// The caller owns it.
extern "C" DeviceGraph* fanlight_new_cuda_graph(int index) { return new CudaGraph(index); }

}  // namespace fanlight
