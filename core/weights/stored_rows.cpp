#include "core/weights/stored_rows.h"

#include <ATen/ATen.h>

#include "core/weights/tensor_types.h"

namespace fanlight {

namespace {

/// Whether each row's numbers can be made of its own bytes.
bool has_rows_of_blocks(const TensorEntry& entry) {
    const auto width = static_cast<uint64_t>(entry.shape.at(1));
    return is_quantised(entry.dtype) && !entry.transposed && !entry.halves_swapped && !entry.scale &&
           width % block_of(entry.dtype).elements == 0;
}

}  // namespace

StoredRows::StoredRows(const TensorEntry& entry, std::shared_ptr<const MappedFile> file, at::ScalarType dtype)
    : entry_(entry), file_(std::move(file)), dtype_(dtype) {
    if (!has_rows_of_blocks(entry)) matrix_ = make_tensor(entry, file_);
}

at::Tensor StoredRows::quantised_rows(const at::Tensor& rows) const {
    const auto bytes = entry_.bytes.size() / static_cast<size_t>(entry_.shape[0]);
    const at::Tensor made = at::empty({rows.numel(), entry_.shape[1]}, dtype_);
    TensorEntry row = entry_;
    row.shape[0] = 1;
    for (int64_t i = 0; i < rows.numel(); ++i) {
        row.bytes = entry_.bytes.substr(static_cast<size_t>(rows[i].item<int64_t>()) * bytes, bytes);
        made[i].copy_(make_tensor(row, file_)[0]);
    }
    return made;
}

at::Tensor StoredRows::operator()(const at::Tensor& rows) const {
    if (file_) file_->check_size();
    std::vector<int64_t> shape = rows.sizes().vec();
    const at::Tensor flat = rows.flatten();
    if (!matrix_.defined()) {
        shape.push_back(entry_.shape[1]);
        return quantised_rows(flat).view(shape);
    }
    shape.push_back(matrix_.size(1));
    // LibTorch cannot select among numbers of 8 bits.
    const bool is_short = matrix_.element_size() == 1;
    const at::Tensor found = (is_short ? matrix_.view(at::kByte) : matrix_).index_select(0, flat);
    return (is_short ? found.view(matrix_.scalar_type()) : found).to(dtype_).view(shape);
}

}  // namespace fanlight
