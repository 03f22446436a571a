#include "core/samplers/sampler.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

#include "core/base/text.h"
#include "core/samplers/methods.h"
#include "core/samplers/noise_schedule.h"
#include "core/samplers/prediction.h"
#include "core/schedulers/check_schedule.h"

namespace fanlight {

namespace {

using Make = std::unique_ptr<Sampler> (*)(const SchedulerConfig&, const ScheduleRequest&);
struct Method {
    const char* name;
    Make make;
    Make make_flow = nullptr;  ///< for models that predict a flow; null: not supported
};
constexpr Method methods[] = {
    {"ddim", &make_ddim},
    {"pndm", &make_pndm},
    {"euler", &make_euler, &make_flow_euler},
    {"euler_ancestral", &make_euler_ancestral, &make_flow_euler_ancestral},
    {"heun", &make_heun, &make_flow_heun},
    {"heunpp2", &make_heunpp2},
    {"dpm2", &make_dpm2},
    {"dpm2_ancestral", &make_dpm2_ancestral},
    {"dpmpp_2m", &make_dpmpp_2m, &make_dpmpp_2m},
    {"dpmpp_2m_sde", &make_dpmpp_2m_sde},
    {"dpmpp_3m_sde", &make_dpmpp_3m_sde},
    {"dpmpp_sde", &make_dpmpp_sde},
    {"dpmpp_2s", &make_dpmpp_2s, &make_dpmpp_2s},
    {"dpmpp_2s_ancestral", &make_dpmpp_2s_ancestral},
    {"lms", &make_lms},
    {"deis", &make_deis, &make_deis},
    {"unipc", &make_unipc, &make_unipc},
    {"restart", &make_restart},
    {"ddpm", &make_ddpm},
    {"lcm", &make_lcm, &make_flow_lcm},
    {"tcd", &make_tcd},
};

const Method& method_named(const std::string& name) {
    const auto* found =
        std::find_if(std::begin(methods), std::end(methods), [&](const Method& m) { return name == m.name; });
    if (found != std::end(methods)) return *found;
    std::vector<std::string> names;
    for (const Method& known : methods) names.emplace_back(known.name);
    throw Error("The sampler \"%1\" is not known; known are %2", name.substr(0, 60), listed(names));
}

void check_start(const ScheduleRequest& request) {
    if (request.first_step < 0 || request.first_step >= request.steps)
        throw Error("The first of %1 steps that is taken must be from 0 to %2, not %3", request.steps,
                    request.steps - 1, request.first_step);
    if (!request.timesteps.empty() && request.timesteps.size() != static_cast<size_t>(request.steps))
        throw Error("%1 steps need as many timesteps, not %2", request.steps, request.timesteps.size());
    if (!request.sigmas.empty() && request.sigmas.size() != static_cast<size_t>(request.steps))
        throw Error("%1 steps need as many noise levels, not %2", request.steps, request.sigmas.size());
}

}  // namespace

std::vector<double> even_sigmas(int steps) { return linspace(1, 1.0 / steps, steps); }

int first_step(int steps, double strength, bool flow) {
    const double taken = std::min(steps * strength, static_cast<double>(steps));
    return static_cast<int>(std::max(0.0, flow ? steps - taken : steps - std::trunc(taken)));
}

at::Tensor Sampler::predicted(const at::Tensor& out, size_t i, const at::Tensor& x) const {
    return predicted_original(config_.prediction, out.slice(1, 0, x.size(1)), scale_model_input(x, i), seen_level(i));
}

at::Tensor Sampler::noised(const at::Tensor& picture, const at::Tensor& noise) const {
    const at::ScalarType dtype = picture.scalar_type();
    const NoiseLevel level = first_level(dtype);
    return picture * rounded(level.alpha, dtype) + noise * rounded(level.sigma, dtype);
}

void Sampler::skip(int steps) {
    skip_evaluations(std::min(static_cast<size_t>(steps) * evaluations_a_step(), timesteps_.size() - 1));
}

size_t Sampler::evaluations_down_to(double timestep) const {
    const auto below = [&](double own) { return own < timestep; };
    auto count = static_cast<size_t>(std::find_if(timesteps_.begin(), timesteps_.end(), below) - timesteps_.begin());
    while (keeps_steps_whole() && !begins_step(count)) ++count;
    return count;
}

void Sampler::skip_evaluations(size_t evaluations) {
    while (evaluations_a_step() > 1 && !begins_step(evaluations)) --evaluations;
    skipped_ = evaluations;
    const auto count = static_cast<std::ptrdiff_t>(skipped_);
    timesteps_.erase(timesteps_.begin(), timesteps_.begin() + count);
    if (!sigmas_.empty()) sigmas_.erase(sigmas_.begin(), sigmas_.begin() + count);
}

std::unique_ptr<Sampler> make_sampler(const std::string& name, const std::string& schedule,
                                      const Json& scheduler_config, const ScheduleRequest& request) {
    const Method& method = method_named(name);
    SchedulerConfig config =
        checked_scheduler_config(scheduler_config, name, schedule, request.steps, request.flow, request.timesteps);
    check_shift(request.shift, request.flow);
    if (request.shift) {
        config.flow_shift.factor = *request.shift;
        config.flow_shift.dynamic = false;
    }
    check_eta(name, request.eta);
    check_start(request);
    std::unique_ptr<Sampler> sampler = (request.flow ? method.make_flow : method.make)(config, request);
    sampler->skip(request.first_step);
    return sampler;
}

}  // namespace fanlight
