#pragma once

#include <c10/util/intrusive_ptr.h>

#include <chrono>

namespace c10d {
class Backend;
class Store;
}  // namespace c10d

namespace fanlight {

/// What c10d needs to make a group of either kind.
struct BackendOptions {
    c10::intrusive_ptr<c10d::Store> store;
    int rank, size;
    std::chrono::milliseconds timeout;
};

/// `address`: of this machine, where its connections listen.
c10::intrusive_ptr<c10d::Backend> make_gloo(const BackendOptions& options, const std::string& address);

/// NCCL lies in a library of its own beside the program (libfanlight-nccl.so), since it brings the CUDA half of
/// LibTorch with it; this loads it. Throws Error where that cannot be.
c10::intrusive_ptr<c10d::Backend> make_nccl(const BackendOptions& options);

/// The entry of that library; the caller owns the backend. A failure's sentence is put into `fault`.
extern "C" c10d::Backend* fanlight_make_nccl(const BackendOptions& options, char* fault, size_t fault_size);

}  // namespace fanlight
