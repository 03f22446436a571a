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

/// What one stage of a pipeline sends to the next about one micro-batch. An undefined tensor arrives undefined.
struct Parcel {
    /// The state within one evaluation of the network.
    struct Data {
        int64_t evaluation;
        NamedTensors tensors;
    };
    /// The micro-batch has ended, with or without success.
    struct Over {};
    /// The micro-batch has ended: its result, for the stage that writes.
    struct Result {
        double seconds;
        Json about;  ///< whatever is not a tensor
        NamedTensors tensors;
    };

    int64_t micro_batch = 0;
    /// A Failure: a stage could not continue the micro-batch.
    std::variant<Data, Over, Failure, Result> content;
};

/// A serialised parcel: a few numbers, a description as JSON, and one block with the bytes of all tensors. The memory
/// order of a tensor's dimensions is preserved: kernels are selected by it, and another kernel may change the last bit.
struct PackedParcel {
    /// Kind (the index of the alternative in Parcel::content), micro-batch, evaluation, size of the description and of
    /// the block in bytes.
    using Header = std::array<int64_t, 5>;

    Header header{};
    std::string description;  ///< empty if the header says everything
    at::Tensor block;         ///< [n] uint8, on the tensors' device
};

/// Copies tensors from any device into a block on this one.
PackedParcel pack(const Parcel& parcel, at::Device device);

struct Announced {
    int64_t description_bytes, block_bytes;
};
/// The sizes of what follows the header. Throws Error if pack() did not write it.
Announced announced_by(const PackedParcel::Header& header);

/// A packed parcel as one row of bytes, [n] uint8 on the CPU: header, description and, if it lies there, the block.
at::Tensor to_letter(const PackedParcel& packed);

/// The header of a letter, of which at least so much is there.
constexpr int64_t min_letter_bytes = sizeof(PackedParcel::Header);
PackedParcel::Header header_of(const at::Tensor& letter);
/// The length of the whole letter, with its block or without.
int64_t letter_bytes(const Announced& announced, bool with_block);
/// The block, if it is in there, is a view of the letter. Throws Error if to_letter() did not write it.
PackedParcel packed_in(const at::Tensor& letter, bool with_block);

/// The resulting tensors are views of the block. Throws Error on anything that pack() has not made.
Parcel unpack(const PackedParcel& packed);

}  // namespace fanlight
