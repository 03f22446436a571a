#pragma once

#include <c10/core/Device.h>

#include <cstdint>

namespace fanlight {

/// Bytes of main memory used by this process, including shared libraries and mapped weights; 0 if unknown.
int64_t resident_bytes();

/// Bytes that LibTorch has allocated on a GPU, including its cache; 0 on a CPU. Any thread.
int64_t device_bytes(at::Device device);

}  // namespace fanlight
