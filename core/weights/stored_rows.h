#pragma once

#include <ATen/core/Tensor.h>

#include <memory>

#include "core/checkpoints/mapped_file.h"
#include "core/checkpoints/tensor_entry.h"

namespace fanlight {

/// The rows of a matrix of which few are needed at a time, such as a vocabulary's. The matrix stays where it is stored,
/// in the mapped file, and what is looked up is converted then; only one that is stored in a way of its own (column by
/// column, with scales) or that a LoRA changes is in main memory. Copies share it. Any thread.
class StoredRows {
public:
    /// `entry`: a matrix of floating-point numbers; rows are given in this dtype.
    StoredRows(const TensorEntry& entry, std::shared_ptr<const MappedFile> file, at::ScalarType dtype);
    /// matrix: [count, width] on the CPU
    StoredRows(at::Tensor matrix, at::ScalarType dtype) : matrix_(std::move(matrix)), dtype_(dtype) {}

    /// rows: int64 on the CPU, each from 0 to count - 1 -> [..., width] on the CPU, contiguous. Throws Error naming the
    /// file if it has become shorter.
    at::Tensor operator()(const at::Tensor& rows) const;

private:
    at::Tensor quantised_rows(const at::Tensor& rows) const;

    TensorEntry entry_;
    std::shared_ptr<const MappedFile> file_;  ///< nullptr: the matrix is a copy
    at::Tensor matrix_;                       ///< undefined: it is quantised, and rows are made of their own blocks
    at::ScalarType dtype_;
};

}  // namespace fanlight
