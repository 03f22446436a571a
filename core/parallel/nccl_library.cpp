#include <dlfcn.h>

#include <array>
#include <filesystem>
#include <torch/csrc/distributed/c10d/Backend.hpp>

#include "core/base/error.h"
#include "core/base/shared_memory.h"
#include "core/parallel/backends.h"

namespace fanlight {

namespace {

void* nccl_library() {
    std::error_code ignored;
    const auto program = std::filesystem::read_symlink("/proc/self/exe", ignored);
    const auto beside = program.parent_path() / "libfanlight-nccl.so";  // as built; else as installed
    const auto library = std::filesystem::exists(beside, ignored)
                             ? beside
                             : program.parent_path() / ".." / FANLIGHT_LIBRARIES / "libfanlight-nccl.so";
    void* const handle = ::dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!handle) throw Error("GPUs cannot exchange anything: " + std::string(::dlerror()));
    return handle;
}

}  // namespace

c10::intrusive_ptr<c10d::Backend> make_nccl(const BackendOptions& options) {
    static void* const library = nccl_library();
    auto* const make = reinterpret_cast<decltype(&fanlight_make_nccl)>(::dlsym(library, "fanlight_make_nccl"));
    std::array<char, 512> fault{};
    c10d::Backend* const backend = make ? make(options, fault.data(), fault.size()) : nullptr;
    if (!backend) {
        const std::string remedy = options.one_machine ? shared_memory_problem(shared_memory()) : "";
        throw Error("NCCL cannot be used: " + std::string(fault.data()) + (remedy.empty() ? "" : "; " + remedy));
    }
    return c10::intrusive_ptr<c10d::Backend>::reclaim(backend);
}

}  // namespace fanlight
