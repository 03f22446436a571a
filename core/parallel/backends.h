#pragma once

#include <c10/util/intrusive_ptr.h>

#include <chrono>

namespace c10d {
class Backend;
class Store;
}  // namespace c10d

namespace fanlight {

/// What c10d needs to create a group of either kind.
struct BackendOptions {
    c10::intrusive_ptr<c10d::Store> store;
    int rank, size;
    std::chrono::milliseconds timeout;
    bool one_machine = false;  ///< all members are on this machine
};

/// `address`: of this machine, on which the connections listen.
c10::intrusive_ptr<c10d::Backend> make_gloo(const BackendOptions& options, const std::string& address);

/// NCCL is in a separate library beside the program (libfanlight-nccl.so), since it depends on the CUDA half of
/// LibTorch; this loads it. Throws Error if that fails.
c10::intrusive_ptr<c10d::Backend> make_nccl(const BackendOptions& options);

/// That library's entry point; the caller owns the backend. On failure the message is written to `fault`.
extern "C" c10d::Backend* fanlight_make_nccl(const BackendOptions& options, char* fault, size_t fault_size);

}  // namespace fanlight
