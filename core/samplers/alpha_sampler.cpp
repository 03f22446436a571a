#include "core/samplers/alpha_sampler.h"

#include "core/samplers/prediction.h"

namespace fanlight {

NoiseLevel AlphaSampler::first_level(at::ScalarType dtype) const {
    return NoiseLevel::of_alpha_cumprod(rounded(alpha_at(0), dtype));
}

}  // namespace fanlight
