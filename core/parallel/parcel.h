#pragma once

#include <ATen/core/Tensor.h>

#include <array>
#include <cstdint>
#include <string>
#include <variant>

#include "core/base/failure.h"
#include "core/base/json.h"
#include "core/layers/named_tensors.h"

namespace fanlight {

/// What travels from one stage of a pipeline to the next, of one micro-batch. A parcel says what it is. An undefined
/// tensor arrives undefined.
struct Parcel {
    /// On the way through one evaluation of the network.
    struct Data {
        int64_t evaluation;
        NamedTensors tensors;
    };
    /// The micro-batch has ended, whatever became of it.
    struct Over {};
    /// The micro-batch has ended: what came out of it, for the stage that writes.
    struct Result {
        double seconds;
        Json about;  ///< what the tensors do not say
        NamedTensors tensors;
    };

    int64_t micro_batch = 0;
    /// A Failure: a stage could not go on with the micro-batch.
    std::variant<Data, Over, Failure, Result> content;
};

/// A parcel in pieces: a few numbers, the rest of what it is as JSON, and one block with the bytes of all tensors. The
/// order of a tensor's dimensions in memory goes along: kernels choose by it, and another choice would be another last
/// bit.
struct PackedParcel {
    /// Kind (the alternative of Parcel::content), micro-batch, evaluation, bytes of the description, bytes of the
    /// block.
    using Header = std::array<int64_t, 5>;

    Header header{};
    std::string description;  ///< empty where the header says all
    at::Tensor block;         ///< [n] uint8, on the tensors' device
};

/// Copies tensors of any device into a block on this one.
PackedParcel pack(const Parcel& parcel, at::Device device);

struct Announced {
    int64_t description_bytes, block_bytes;
};
/// What follows the header. Throws Error on one that no pack() has written.
Announced announced_by(const PackedParcel::Header& header);

/// The tensors are views of the block. Throws Error on anything that pack() has not made.
Parcel unpack(const PackedParcel& packed);

}  // namespace fanlight
