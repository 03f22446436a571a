#pragma once

#include <c10/core/Device.h>

#include <cstdint>

namespace fanlight {

/// Bytes of main memory that this process has in use, shared libraries and mapped weights included; 0 if unknown.
int64_t resident_bytes();

/// Bytes that LibTorch holds of a GPU, cached ones included; 0 on a CPU. Any thread.
int64_t device_bytes(at::Device device);

}  // namespace fanlight
