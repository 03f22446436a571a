#pragma once

#include <ATen/core/Tensor.h>

#include <string>

#include "core/layers/packed_matrix.h"
#include "core/weights/weights.h"

// Thin layers over ATen. Each takes its tensors from its place in the checkpoint when it is constructed and is a pure
// function from then on; it runs on the device of its weights and moves its input there. Copies share their weights.
// Any thread.
namespace fanlight {

/// x on the device of the weight; usually it is there already.
inline at::Tensor beside(const at::Tensor& x, const at::Tensor& weight) {
    return x.device() == weight.device() ? x : x.to(weight.device());
}

/// An activation by its name in configs. Throws Error listing the known ones.
using Activation = at::Tensor (*)(const at::Tensor&);
Activation activation(const std::string& name);

/// An activation whose numbers do not depend on the number of rows either, for language models: ATen's kernels compute
/// the last few numbers of a tensor differently.
class RowActivation {
public:
    explicit RowActivation(const std::string& name);
    /// x: [..., n]
    at::Tensor operator()(const at::Tensor& x) const;

private:
    Activation function_;
    bool in_rows_;  ///< each row needs a call of its own
};

struct Linear {
    at::Tensor weight, bias;  ///< [out, in], [out] or undefined
    at::Tensor operator()(const at::Tensor& x) const;
};
Linear linear(const Weights& w, int64_t in, int64_t out);
Linear linear_no_bias(const Weights& w, int64_t in, int64_t out);
/// For a Projection: its weight as Weights::take_as_stored().
Linear linear_as_stored(const Weights& w, int64_t in, int64_t out, bool has_bias);

/// A linear layer whose products on a CPU do not depend on the number of rows, for language models: see PackedMatrix.
class Projection {
public:
    /// `w`: where its tensors come from.
    Projection(const Weights& w, Linear linear);
    at::Tensor operator()(const at::Tensor& x) const;

private:
    Linear linear_;
    PackedMatrix packed_;  ///< in place of the weight, if it can be packed
};

struct Conv2dOptions {
    int64_t in_channels, out_channels;
    int64_t kernel = 3;
    int64_t stride = 1;
    int64_t padding = 1;
    bool has_bias = true;
};
struct Conv2d {
    Conv2d(const Weights& w, const Conv2dOptions& options);
    at::Tensor weight, bias;  ///< [out, in, kernel, kernel], [out] or undefined
    int64_t stride, padding;
    /// [B, in, H, W] -> [B, out, H', W']
    at::Tensor operator()(const at::Tensor& x) const;
};

struct GroupNorm {
    GroupNorm(const Weights& w, int64_t groups, int64_t channels, double eps);
    at::Tensor weight, bias;
    int64_t groups;
    double eps;
    at::Tensor operator()(const at::Tensor& x) const;
    at::Tensor operator()(const at::Tensor& x, Activation act) const;  ///< act(norm)
};

struct LayerNorm {
    LayerNorm(const Weights& w, int64_t width, double eps = 1e-5);
    at::Tensor weight, bias;
    double eps;
    at::Tensor operator()(const at::Tensor& x) const;
};

/// Root mean square norm (Zhang and Sennrich 2019) as in Llama: computed in float32, rounded, then weighted. With an
/// offset to its weights as in Gemma, which are float32 then: rounded when it is weighted.
struct RMSNorm {
    RMSNorm(const Weights& w, int64_t width, double eps, double offset = 0);
    at::Tensor weight;
    double eps;
    at::Tensor operator()(const at::Tensor& x) const;
};

struct Embedding {
    Embedding(const Weights& w, int64_t count, int64_t width);
    at::Tensor weight;
    at::Tensor operator()(const at::Tensor& ids) const;
};

/// Multi-head scaled dot-product attention (Vaswani et al. 2017). q: [B, L, heads*d]; k, v: [B, S, heads*d]; mask: [B,
/// S] bool, false for keys to ignore, or undefined -> [B, L, heads*d]
at::Tensor attend(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, int64_t heads,
                  const at::Tensor& mask = {});

}  // namespace fanlight
