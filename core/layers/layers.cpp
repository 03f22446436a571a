#include "core/layers/layers.h"

#include <ATen/ATen.h>

#include <map>

#include "core/arithmetic/convolution.h"
#include "core/arithmetic/elementwise.h"
#include "core/arithmetic/matrix_product.h"
#include "core/base/text.h"
#include "core/layers/fused.h"
#include "core/layers/fused_transformer.h"
#include "core/layers/shapes.h"

namespace fanlight {

Linear linear(const Weights& w, int64_t in, int64_t out) {
    return {w.take("weight", {out, in}), w.take("bias", {out})};
}
Linear linear_no_bias(const Weights& w, int64_t in, int64_t out) { return {w.take("weight", {out, in}), {}}; }
Linear linear_as_stored(const Weights& w, int64_t in, int64_t out, bool has_bias) {
    return {w.take_as_stored("weight", {out, in}), has_bias ? w.take("bias", {out}) : at::Tensor()};
}
at::Tensor Linear::operator()(const at::Tensor& x) const { return linear_product(beside(x, weight), weight, bias); }

Projection::Projection(const Weights& w, Linear linear) : linear_(std::move(linear)) {
    if (w.placement().dtype != at::kFloat || !PackedMatrix::suits(linear_.weight)) return;
    packed_ = PackedMatrix(linear_.weight, [w] { w.release("weight"); });
    linear_.weight.reset();
}

at::Tensor Projection::operator()(const at::Tensor& x) const {
    return packed_.defined() ? packed_.multiply(x.cpu(), linear_.bias) : linear_(x);
}

namespace {

at::Tensor silu(const at::Tensor& x) { return elementwise(x, at::silu); }

/// On the CPU, convolutions are fastest with channels last. A weight in that order makes its layer compute and return
/// in it, and so everything that follows. Large weights stay as they are: reordering them at each call costs little
/// compared to their products, and they remain views of a file that all workers share. On a GPU it is an experiment.
at::Tensor take_kernel(const Weights& w, at::IntArrayRef shape) {
    constexpr size_t small_bytes = size_t{4} << 20;
    const auto bytes = static_cast<size_t>(c10::multiply_integers(shape)) * sizeof(float);
    const bool reorders = w.device_of("weight").is_cpu() ? w.placement().dtype == at::kFloat && bytes <= small_bytes
                                                         : w.placement().experiments.channels_last;
    return reorders ? w.take_channels_last("weight", shape) : w.take("weight", shape);
}

}  // namespace

Conv2d::Conv2d(const Weights& w, const Conv2dOptions& o)
    : weight(take_kernel(w, {o.out_channels, o.in_channels, o.kernel, o.kernel})),
      bias(o.has_bias ? w.take("bias", {o.out_channels}) : at::Tensor()),
      stride(o.stride),
      padding(o.padding) {}

at::Tensor Conv2d::operator()(const at::Tensor& input) const {
    return convolve(beside(input, weight), weight, bias, stride, padding);
}

GroupNorm::GroupNorm(const Weights& w, int64_t groups, int64_t channels, double eps)
    : weight(w.take("weight", {channels})), bias(w.take("bias", {channels})), groups(groups), eps(eps) {
    if (groups < 1 || channels % groups != 0)
        throw Error("%1: %2 channels cannot be divided into %3 norm groups", w.key("weight"), channels, groups);
}
at::Tensor GroupNorm::operator()(const at::Tensor& x) const {
    return group_norm(beside(x, weight), groups, weight, bias, eps);
}
at::Tensor GroupNorm::operator()(const at::Tensor& x, Activation act) const {
    return act == silu ? group_norm_silu(beside(x, weight), groups, weight, bias, eps) : act((*this)(x));
}

LayerNorm::LayerNorm(const Weights& w, int64_t width, double eps)
    : weight(w.take("weight", {width})), bias(w.take("bias", {width})), eps(eps) {}
at::Tensor LayerNorm::operator()(const at::Tensor& x) const {
    return at::layer_norm(beside(x, weight), weight.sizes(), weight, bias, eps);
}

RMSNorm::RMSNorm(const Weights& w, int64_t width, double eps, double offset)
    : weight(w.take("weight", {width})), eps(eps) {
    if (offset != 0) weight = weight.to(at::kFloat) + offset;
}
at::Tensor RMSNorm::operator()(const at::Tensor& x) const { return rms_norm(beside(x, weight), weight, eps); }

Embedding::Embedding(const Weights& w, int64_t count, int64_t width) : weight(w.take("weight", {count, width})) {}
at::Tensor Embedding::operator()(const at::Tensor& ids) const { return at::embedding(weight, ids); }

Activation activation(const std::string& name) {
    static const std::map<std::string, Activation> table = {
        {"silu", silu},
        {"swish", silu},
        {"gelu",
         [](const at::Tensor& x) { return elementwise(x, [](const at::Tensor& part) { return at::gelu(part); }); }},
        {"gelu_new", &gelu_tanh},
        {"gelu_pytorch_tanh", &gelu_tanh},
        {"quick_gelu", [](const at::Tensor& x) { return x * elementwise(1.702 * x, at::sigmoid); }},
        {"mish", [](const at::Tensor& x) { return elementwise(x, at::mish); }},
        {"relu", [](const at::Tensor& x) { return at::relu(x); }},
        {"tanh", [](const at::Tensor& x) { return elementwise(x, at::tanh); }},
    };
    const auto found = table.find(name);
    if (found != table.end()) return found->second;
    std::vector<std::string> names;
    for (const auto& [known, function] : table) names.push_back(known);
    throw Error("The activation \"%1\" is not known; known: %2.", name, listed(names));
}

RowActivation::RowActivation(const std::string& name)
    : function_(activation(name)), in_rows_(name != "relu" && function_ != &gelu_tanh) {}

at::Tensor RowActivation::operator()(const at::Tensor& x) const {
    if (!in_rows_ || !x.device().is_cpu()) return function_(x);
    at::Tensor y = at::empty_like(x, at::MemoryFormat::Contiguous);
    const at::Tensor in = x.reshape({-1, x.size(-1)}), out = y.view(in.sizes());
    for (int64_t row = 0; row < in.size(0); ++row) out[row].copy_(function_(in[row]));
    return y;
}

at::Tensor attend(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, int64_t heads,
                  const at::Tensor& mask) {
    const auto [B, L, width] = dims<3>(q);
    // [B, L, H*d] -> [B, H, L, d]
    const auto split_heads = [heads](const at::Tensor& t) { return t.unflatten(-1, {heads, -1}).transpose(1, 2); };
    const auto seen = mask.defined() ? std::optional(mask.view({B, 1, 1, -1})) : std::nullopt;
    const at::Tensor y = dot_product_attention(split_heads(q), split_heads(k), split_heads(v), seen);
    return y.transpose(1, 2).reshape({B, L, width});
}

}  // namespace fanlight
