#include "core/layers/token_rows.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace fanlight {

std::vector<at::Tensor> token_rows(const at::Tensor& x, const std::vector<int64_t>& lengths) {
    std::vector<at::Tensor> rows;
    for (size_t r = 0; r < lengths.size(); ++r)
        rows.push_back(x.narrow(0, static_cast<int64_t>(r), 1).narrow(1, 0, lengths[r]));
    return rows;
}

at::Tensor joined_token_rows(const std::vector<at::Tensor>& rows) {
    if (rows.size() == 1) return rows.front();
    int64_t longest = 0;
    for (const at::Tensor& row : rows) longest = std::max(longest, row.size(1));
    std::vector<int64_t> shape = rows.front().sizes().vec();
    shape[0] = static_cast<int64_t>(rows.size());
    shape[1] = longest;
    at::Tensor joined = at::empty(shape, rows.front().options());
    for (size_t r = 0; r < rows.size(); ++r) {
        const at::Tensor place = joined[static_cast<int64_t>(r)];
        const int64_t length = rows[r].size(1);
        place.narrow(0, 0, length).copy_(rows[r][0]);
        if (length < longest) place.narrow(0, length, longest - length).zero_();
    }
    return joined;
}

}  // namespace fanlight
