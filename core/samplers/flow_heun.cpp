// Heun's second-order method along a flow; diffusers' FlowMatchHeunDiscreteScheduler. Two evaluations per step except
// the last.

#include <ATen/ATen.h>

#include "core/samplers/flow_sampler.h"
#include "core/samplers/heun_steps.h"
#include "core/samplers/methods.h"
#include "core/samplers/prediction.h"

namespace fanlight {

namespace {

class FlowHeun : public FlowSampler {
public:
    FlowHeun(const SchedulerConfig& config, const ScheduleRequest& request) : FlowSampler(config, request) {
        evaluate_twice(timesteps_, sigmas_);
    }

    at::Tensor step(const at::Tensor& out, size_t i, const at::Tensor& x, NoiseSource&) override {
        const bool first = i % 2 == 0;
        const float sigma = first ? sigmas_[i] : sigmas_[i - 1], next = first ? sigmas_[i + 1] : sigmas_[i];
        const float here = first ? sigma : next;
        const at::Tensor precise = x.to(at::kFloat);
        const at::Tensor slope =
            (precise - predicted_original(config_.prediction, out, precise, NoiseLevel::of_flow(here))) / here;
        if (!first) return (start_ + (slope_ + slope) * 0.5 * (next - sigma)).to(out.scalar_type());
        start_ = precise;
        slope_ = slope;
        return (precise + slope * (next - sigma)).to(out.scalar_type());
    }

private:
    size_t evaluations_a_step() const override { return 2; }

    at::Tensor start_, slope_;
};

}  // namespace

std::unique_ptr<Sampler> make_flow_heun(const SchedulerConfig& config, const ScheduleRequest& request) {
    return std::make_unique<FlowHeun>(config, request);
}

}  // namespace fanlight
