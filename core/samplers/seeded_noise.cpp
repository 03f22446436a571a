#include "core/samplers/seeded_noise.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>

#include "core/weights/transfer.h"

namespace fanlight {

SeededNoise::SeededNoise(const std::vector<uint64_t>& seeds, std::vector<int64_t> shape, at::ScalarType dtype,
                         at::Device device)
    : shape_(std::move(shape)), dtype_(dtype), device_(device) {
    for (const uint64_t seed : seeds) generators_.push_back(at::detail::createCPUGenerator(seed));
}

at::Tensor SeededNoise::draw() {
    std::vector<at::Tensor> draws;
    for (const at::Generator& generator : generators_)
        draws.push_back(at::randn(shape_, generator, at::TensorOptions().dtype(at::kFloat)));
    return to_device(at::cat(draws), device_).to(dtype_);
}

}  // namespace fanlight
