#pragma once

#include "core/samplers/dpmpp_step.h"
#include "core/samplers/multistep_sampler.h"

namespace fanlight {

/// Common base of dpmpp_2m, dpmpp_2m_sde and dpmpp_3m_sde.
class DpmppMultistep : public MultistepSampler {
public:
    at::Tensor step(const at::Tensor& out, size_t i, const at::Tensor& x, NoiseSource& noise) override;

protected:
    /// `eta`: see DpmppStep; noise is drawn if it is above 0.
    DpmppMultistep(const SchedulerConfig& config, const ScheduleRequest& request, float eta);

    /// How many of the latest predictions a step uses.
    virtual size_t order(size_t i) const;
    virtual float curve(const DpmppStep& step) const { return step.curve; }

private:
    at::Tensor update(size_t i, const at::Tensor& x) const;

    const float eta_;
};

}  // namespace fanlight
