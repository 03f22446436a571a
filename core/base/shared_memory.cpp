#include "core/base/shared_memory.h"

namespace fanlight {

namespace {

constexpr std::uintmax_t enough_bytes = 1'000'000'000;  // NCCL's manual: --shm-size=1g

}  // namespace

std::filesystem::space_info shared_memory() {
    std::error_code error;
    const auto space = std::filesystem::space("/dev/shm", error);
    return error ? std::filesystem::space_info{} : space;
}

Sentence shared_memory_problem(const std::filesystem::space_info& space) {
    if (space.capacity >= enough_bytes) return {};
    return Sentence(
        "/dev/shm has %1 MB, which may be too little for the exchange between GPUs (NCCL); start the container "
        "with --shm-size=1g or --ipc=host",
        space.capacity / 1'000'000);
}

}  // namespace fanlight
