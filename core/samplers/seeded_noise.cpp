#include "core/samplers/seeded_noise.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>

#include "core/arithmetic/parts.h"
#include "core/weights/transfer.h"

namespace fanlight {

namespace {

at::Tensor drawn(const std::vector<int64_t>& shape, const at::Generator& generator) {
    return at::randn(shape, generator, at::TensorOptions().dtype(at::kFloat));
}

/// Each column of a channel is a direction; the mixture lies between both on the sphere, and has their lengths'. Where
/// they hardly differ, A1111 mixes them in a straight line, the other way round. Columns on one line, as those of a
/// single number are, have no way between them on the sphere, and A1111 makes NaN of them: they are mixed straight.
at::Tensor mixed(const at::Tensor& low, const at::Tensor& high, double strength) {
    constexpr int64_t down = 2;  // of [1, C, h, w]
    constexpr double hardly_different = 0.9995;
    const OneThread one;
    const auto direction = [](const at::Tensor& x) { return x / x.norm(2, {down}, /*keepdim=*/true); };
    const at::Tensor cosine = (direction(low) * direction(high)).sum({down}, /*keepdim=*/true);
    if (cosine.mean().item<float>() > hardly_different) return low * strength + high * (1 - strength);
    const at::Tensor angle = at::acos(cosine.clamp(-1, 1)), sine = at::sin(angle);
    const at::Tensor between = at::sin((1 - strength) * angle) / sine * low + at::sin(strength * angle) / sine * high;
    constexpr double smallest_sine = 1e-6;
    return at::where(sine > smallest_sine, between, low * (1 - strength) + high * strength);
}

}  // namespace

SeededNoise::SeededNoise(std::vector<NoiseSeed> seeds, std::vector<int64_t> shape, at::ScalarType dtype,
                         at::Device device)
    : seeds_(std::move(seeds)), shape_(std::move(shape)), dtype_(dtype), device_(device) {
    for (const NoiseSeed& seed : seeds_) generators_.push_back(at::detail::createCPUGenerator(seed.seed));
}

at::Tensor SeededNoise::draw() {
    std::vector<at::Tensor> draws;
    for (size_t i = 0; i < seeds_.size(); ++i) {
        draws.push_back(drawn(shape_, generators_[i]));
        if (!is_first_ || seeds_[i].strength <= 0) continue;
        const at::Tensor other = drawn(shape_, at::detail::createCPUGenerator(seeds_[i].subseed));
        draws.back() = mixed(draws.back(), other, seeds_[i].strength);
    }
    is_first_ = false;
    return to_device(at::cat(draws), device_).to(dtype_);
}

}  // namespace fanlight
