#include "core/models/rope.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/arithmetic/elementwise.h"
#include "core/layers/fused_transformer.h"

namespace fanlight {

namespace {

using Kind = RopeConfig::Kind;

/// Tokens in which each pair of numbers turns by one radian.
at::Tensor periods(double theta, int64_t dim) {
    return at::pow(at::Scalar(theta), at::arange(0, dim, 2).to(at::kFloat) / static_cast<double>(dim));
}

at::Tensor llama3(const RopeConfig& c, const at::Tensor& plain) {
    const auto old = static_cast<double>(c.original_context);
    const at::Tensor wavelength = 2 * std::numbers::pi / plain;
    const at::Tensor smooth = (old / wavelength - c.low_freq_factor) / (c.high_freq_factor - c.low_freq_factor);
    const at::Tensor slow = plain / c.factor, between = (1 - smooth) * slow + smooth * plain;
    return at::where(wavelength > old / c.low_freq_factor, slow,
                     at::where(wavelength < old / c.high_freq_factor, plain, between));
}

at::Tensor yarn(const RopeConfig& c) {
    const auto dim = static_cast<double>(c.dim);
    const auto corrected = [&](double rotations) {
        return dim * std::log(static_cast<double>(c.original_context) / (rotations * 2 * std::numbers::pi)) /
               (2 * std::log(c.theta));
    };
    double low = corrected(c.beta_fast), high = corrected(c.beta_slow);
    if (c.truncate) {
        low = std::floor(low);
        high = std::ceil(high);
    }
    low = std::max(low, 0.0);
    high = std::min(high, dim - 1);
    if (low == high) high += 0.001;
    const at::Tensor period = periods(c.theta, c.dim);
    const at::Tensor ramp = ((at::arange(c.dim / 2).to(at::kFloat) - low) / (high - low)).clamp(0, 1), kept = 1 - ramp;
    return 1 / (c.factor * period) * (1 - kept) + 1 / period * kept;
}

at::Tensor dynamic(const RopeConfig& c, int64_t tokens) {
    const auto dim = static_cast<double>(c.dim), most = static_cast<double>(c.context);
    const double longest = std::max(static_cast<double>(tokens), most);
    const double stretched = c.theta * std::pow(c.factor * longest / most - (c.factor - 1), dim / (dim - 2));
    return 1 / periods(stretched, c.dim);
}

double attention_factor_of(const RopeConfig& c) {
    const auto mscale = [&](double scale) { return c.factor <= 1 ? 1 : 0.1 * scale * std::log(c.factor) + 1; };
    if (c.attention_factor) return *c.attention_factor;
    if (c.kind == Kind::Yarn && c.mscale > 0 && c.mscale_all_dim > 0)
        return mscale(c.mscale) / mscale(c.mscale_all_dim);
    if (c.kind == Kind::Yarn) return mscale(1);
    if (c.kind == Kind::LongRope && c.factor > 1)
        return std::sqrt(1 + std::log(c.factor) / std::log(static_cast<double>(c.original_context)));
    return 1;
}

}  // namespace

Rope::Rope(const RopeConfig& config)
    : config_(config),
      name_("turned by " + std::to_string(config.theta) + ", " + std::to_string(static_cast<int>(config.kind)) + " " +
            config.layers),
      attention_factor_(attention_factor_of(config)) {}

at::Tensor Rope::frequencies(int64_t tokens) const {
    const RopeConfig& c = config_;
    switch (c.kind) {
        case Kind::Default:
            return 1 / periods(c.theta, c.dim);
        case Kind::Linear:
            return 1 / periods(c.theta, c.dim) / c.factor;
        case Kind::Dynamic:
            return dynamic(c, tokens);
        case Kind::Llama3:
            return llama3(c, 1 / periods(c.theta, c.dim));
        case Kind::Yarn:
            return yarn(c);
        case Kind::LongRope: {
            const auto& factors = tokens > c.original_context ? c.long_factor : c.short_factor;
            return 1 / (at::tensor(factors, at::kFloat) * periods(c.theta, c.dim));
        }
    }
    throw Error("This kind of rotary position embedding is not known");
}

/// [R, L, 1, dim / 2] float32
at::Tensor Rope::angles(const TextStep& step) const {
    const at::Tensor positions = step.positions(at::kCPU).to(at::kFloat);
    std::vector<at::Tensor> rows;
    for (size_t i = 0; i < step.rows.size(); ++i)
        rows.push_back(positions[static_cast<int64_t>(i)].view({-1, 1, 1}) * frequencies(step.rows[i].longest));
    return at::stack(rows);
}

at::Tensor Rope::operator()(const TextStep& step, const at::Tensor& x) const {
    const auto shared = [&](const char* what, at::Tensor (*function)(const at::Tensor&)) -> const at::Tensor& {
        const std::string name = what + name_ + c10::toString(x.scalar_type());
        return step.once(name, x.device(),
                         [&] { return (elementwise(angles(step), function) * attention_factor_).to(x.scalar_type()); });
    };
    const at::Tensor &cos = shared("cosines ", [](const at::Tensor&a) { return at::cos(a); }),
                     &sin = shared("sines ", [](const at::Tensor&a) { return at::sin(a); });
    return rotated(x, cos, sin);
}

}  // namespace fanlight
