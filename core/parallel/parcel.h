#pragma once

#include <ATen/core/Tensor.h>

#include <array>
#include <cstdint>
#include <vector>

namespace fanlight {

/// What travels from one stage of a pipeline to the next: a micro-batch's tensors on the way through one evaluation of
/// the network. An undefined tensor arrives undefined.
struct Parcel {
    int64_t micro_batch = 0;
    int64_t step = 0;
    std::vector<at::Tensor> tensors;
};

/// A parcel in two pieces: numbers that say what it is, and one block of bytes. The order of a tensor's dimensions in
/// memory goes along: kernels choose by it, and another choice would be another last bit.
struct PackedParcel {
    static constexpr size_t max_tensors = 40, max_dims = 5;
    using Header = std::array<int64_t, 4 + max_tensors*(2 + 2 * max_dims)>;

    Header header{};
    at::Tensor bytes;  ///< [n] uint8, on the tensors' device
};

/// Throws Error on more tensors or dimensions than a header holds, and on tensors of several devices.
PackedParcel pack(const Parcel& parcel, at::Device device);

/// Bytes that belong to the header. Throws Error on a header that no pack() has written.
int64_t bytes_of(const PackedParcel::Header& header);

/// The tensors are views of the block.
Parcel unpack(const PackedParcel& packed);

}  // namespace fanlight
