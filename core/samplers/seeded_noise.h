#pragma once

#include <ATen/core/Generator.h>

#include <vector>

#include "core/samplers/sampler.h"

namespace fanlight {

/// What an image's noise is drawn from. With a strength, the first draw is mixed with that of a second seed, as A1111
/// does it (modules/rng.py: spherical interpolation of each column).
struct NoiseSeed {
    uint64_t seed = 0;
    uint64_t subseed = 0;
    double strength = 0;  ///< of the second seed's noise, from 0 to 1
};

/// One CPU generator per image, drawn in float32 one image at a time, then cast and moved: so an image's noise depends
/// on its seeds alone, not on the device, its neighbours or the number of workers and threads.
class SeededNoise : public NoiseSource {
public:
    /// `shape`: that of one image, (1, C, h, w).
    SeededNoise(std::vector<NoiseSeed> seeds, std::vector<int64_t> shape, at::ScalarType dtype, at::Device device);

    at::Tensor draw() override;

private:
    std::vector<NoiseSeed> seeds_;
    std::vector<at::Generator> generators_;
    bool is_first_ = true;
    std::vector<int64_t> shape_;
    at::ScalarType dtype_;
    at::Device device_;
};

}  // namespace fanlight
