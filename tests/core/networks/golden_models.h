#pragma once

#include <ATen/ATen.h>

#include <string>
#include <vector>

#include "core/weights/tensor_types.h"
#include "core/weights/weights.h"
#include "tests/support/model_tensors.h"

namespace fanlight {

/// Largest difference, relative to the reference's largest value.
inline double difference(const at::Tensor& actual, const at::Tensor& expected) {
    if (actual.sizes() != expected.sizes()) return 1e9;
    return (actual - expected).abs().max().item<double>() / (expected.abs().max().item<double>() + 1e-12);
}

/// A tensor of a golden file, in float32 unless it holds whole numbers.
inline at::Tensor golden_tensor(const std::string& file, const std::string& key) {
    const Weights all = Weights::open(file, {});
    at::Tensor found;
    all.each([&](const Weights::Listed& listed) {
        if (listed.key == key) found = all.take(key, listed.shape);
    });
    if (!found.defined()) throw Error("There is no %1 in the golden file", key);
    return found;
}

/// The numbers that a file of weights means, in float32.
inline std::vector<FileTensor> numbers_in(const std::string& file) {
    std::vector<FileTensor> tensors;
    for (const auto& [key, tensor] : open_weights_file(file).tensors) {
        const at::Tensor numbers = make_tensor(tensor.entry, tensor.file).to(at::kFloat).contiguous();
        tensors.push_back(
            {key, "F32", tensor.entry.shape, {static_cast<const char*>(numbers.const_data_ptr()), numbers.nbytes()}});
    }
    return tensors;
}

}  // namespace fanlight
