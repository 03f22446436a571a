#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

// Rows of tokens that are computed one after the other, so that none depends on the others, not even on their length.
namespace fanlight {

/// The first tokens of each row. x: [R, L, C] -> R views [1, lengths[r], C]
std::vector<at::Tensor> token_rows(const at::Tensor& x, const std::vector<int64_t>& lengths);

/// [1, L', C] each -> [R, L, C], the shorter ones filled up with zeros.
at::Tensor joined_token_rows(const std::vector<at::Tensor>& rows);

}  // namespace fanlight
