#pragma once

#include <ATen/core/Generator.h>

#include <vector>

#include "core/samplers/sampler.h"

namespace fanlight {

/// One CPU generator per image, drawn in float32 one image at a time, then cast and moved: so an image's noise depends
/// on its seed alone, not on the device, its neighbours or the number of workers.
class SeededNoise : public NoiseSource {
public:
    /// `shape`: that of one image, (1, C, h, w).
    SeededNoise(const std::vector<uint64_t>& seeds, std::vector<int64_t> shape, at::ScalarType dtype,
                at::Device device);

    at::Tensor draw() override;

private:
    std::vector<at::Generator> generators_;
    std::vector<int64_t> shape_;
    at::ScalarType dtype_;
    at::Device device_;
};

}  // namespace fanlight
