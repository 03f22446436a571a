#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

// Rows of tokens that are computed one after the other, so that none depends on the others, not even on their length.
namespace fanlight {

/// The first tokens of each row. x: [R, L, C] -> R views [1, lengths[r], C]
std::vector<at::Tensor> token_rows(const at::Tensor& x, const std::vector<int64_t>& lengths);

/// f of each row, joined. x: [R, L, C]; f: [1, L, C] -> [1, L', C']
template <typename F>
at::Tensor by_token_rows(const at::Tensor& x, const F& f);

/// [1, L', C] each -> [R, L, C], the shorter ones filled up with zeros.
at::Tensor joined_token_rows(const std::vector<at::Tensor>& rows);

template <typename F>
at::Tensor by_token_rows(const at::Tensor& x, const F& f) {
    std::vector<at::Tensor> rows = x.split(1);
    for (at::Tensor& row : rows) row = f(row);
    return joined_token_rows(rows);
}

}  // namespace fanlight
