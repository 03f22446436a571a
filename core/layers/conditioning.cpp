#include "core/layers/conditioning.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <array>

namespace fanlight {

namespace {

struct Field {
    const char* name;  ///< among the tensors sent between stages
    at::Tensor Conditioning::*tensor;
    bool by_token;
};
constexpr std::array fields = {Field{"conditioning.context", &Conditioning::context, true},
                               Field{"conditioning.pooled", &Conditioning::pooled, false},
                               Field{"conditioning.numbers", &Conditioning::numbers, false},
                               Field{"conditioning.ids", &Conditioning::ids, true},
                               Field{"conditioning.mask", &Conditioning::mask, true}};

int64_t length_of(const Conditioning& row) { return row.context.defined() ? row.context.size(1) : 0; }

/// Padded with zeros (or false) after the last token.
at::Tensor filled_up(const at::Tensor& tokens, int64_t length) {
    if (tokens.size(1) == length) return tokens;
    std::vector<int64_t> missing = tokens.sizes().vec();
    missing[1] = length - missing[1];
    return at::cat({tokens, at::zeros(missing, tokens.options())}, 1);
}

Conditioning filled_up(const Conditioning& row, int64_t length) {
    Conditioning longer = row;
    if (!longer.mask.defined() && length_of(row) < length)
        longer.mask = at::ones({row.context.size(0), length_of(row)}, row.context.options().dtype(at::kBool));
    for (const Field& field : fields)
        if (at::Tensor& tensor = longer.*field.tensor; field.by_token && tensor.defined())
            tensor = filled_up(tensor, length);
    return longer;
}

bool has_mask(const Conditioning& row) { return row.mask.defined(); }

}  // namespace

Conditioning joined(const std::vector<Conditioning>& rows) {
    int64_t longest = 0;
    for (const Conditioning& row : rows) longest = std::max(longest, length_of(row));
    std::vector<Conditioning> filled;
    for (const Conditioning& row : rows) filled.push_back(filled_up(row, longest));
    if (std::any_of(filled.begin(), filled.end(), has_mask))
        for (Conditioning& row : filled)
            if (!has_mask(row))
                row.mask = at::ones({row.context.size(0), longest}, row.context.options().dtype(at::kBool));

    Conditioning all;
    for (const Field& field : fields) {
        std::vector<at::Tensor> tensors;
        for (const Conditioning& row : filled)
            if ((row.*field.tensor).defined()) tensors.push_back(row.*field.tensor);
        if (tensors.empty()) continue;
        if (tensors.size() != rows.size())
            throw Error("Some rows of a micro-batch are conditioned on what others lack");
        all.*field.tensor = at::cat(tensors);
    }
    return all;
}

Conditioning rows_of(const Conditioning& conditioning, int64_t first, int64_t count) {
    Conditioning rows;
    for (const Field& field : fields)
        if (const at::Tensor& all = conditioning.*field.tensor; all.defined())
            rows.*field.tensor = all.narrow(0, first, count);
    return rows;
}

Conditioning on_device(Conditioning conditioning, at::Device device) {
    for (const Field& field : fields)
        if (at::Tensor& tensor = conditioning.*field.tensor; tensor.defined()) tensor = tensor.to(device);
    return conditioning;
}

void put(const Conditioning& conditioning, NamedTensors& tensors) {
    for (const Field& field : fields)
        if ((conditioning.*field.tensor).defined()) tensors.put(field.name, conditioning.*field.tensor);
}

std::optional<Conditioning> taken_conditioning(NamedTensors& tensors) {
    std::optional<Conditioning> conditioning;
    for (const Field& field : fields) {
        if (!tensors.has(field.name)) continue;
        if (!conditioning) conditioning.emplace();
        // A view would keep everything alive that was sent with it.
        const at::Tensor tensor = tensors.take(field.name);
        (*conditioning).*field.tensor = tensor.defined() ? tensor.clone() : tensor;
    }
    return conditioning;
}

}  // namespace fanlight
