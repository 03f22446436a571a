#include <array>
#include <torch/csrc/distributed/c10d/Backend.hpp>

#include "core/base/error.h"
#include "core/base/own_library.h"
#include "core/base/shared_memory.h"
#include "core/parallel/backends.h"

namespace fanlight {

c10::intrusive_ptr<c10d::Backend> make_nccl(const BackendOptions& options) {
    static void* const library = open_own_library("libfanlight-nccl.so");
    auto* const make = reinterpret_cast<decltype(&fanlight_make_nccl)>(function_of(library, "fanlight_make_nccl"));
    std::array<char, 512> fault{};
    c10d::Backend* const backend = make ? make(options, fault.data(), fault.size()) : nullptr;
    if (!backend) {
        const Sentence remedy = options.one_machine ? shared_memory_problem(shared_memory()) : Sentence();
        if (remedy.empty()) throw Error("NCCL cannot be used: %1", fault.data());
        throw Error("NCCL cannot be used: %1; %2", fault.data(), remedy);
    }
    return c10::intrusive_ptr<c10d::Backend>::reclaim(backend);
}

}  // namespace fanlight
