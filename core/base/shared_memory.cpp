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

std::string shared_memory_problem(const std::filesystem::space_info& space) {
    if (space.capacity >= enough_bytes) return "";
    return "/dev/shm has " + std::to_string(space.capacity / 1'000'000) +
           " MB, which may be too little for the exchange between GPUs (NCCL); start the container with --shm-size=1g "
           "or --ipc=host";
}

}  // namespace fanlight
