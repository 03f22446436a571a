#include "core/schedulers/check_schedule.h"

#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/batch/names.h"

namespace fanlight {

namespace {

/// Of the steps that a consistency model was distilled for, each is taken once at most.
void check_distilled(const SchedulerConfig& config, const std::string& method, int steps) {
    if (config.prediction != Prediction::Flow && steps > config.original_inference_steps)
        throw Error("The sampler %1 takes at most %2 steps for this model (\"original_inference_steps\"), not %3",
                    method, config.original_inference_steps, steps);
}

/// The warm-up takes four evaluations for each of the last three steps.
void check_pndm(const SchedulerConfig& config, const std::string&, int steps) {
    if (!config.skip_prk_steps && steps < 4)
        throw Error("The sampler pndm with its warm-up (skip_prk_steps false) needs at least 4 steps");
}

/// The log-SNR at sigma 0 is infinite, which only a first-order step in x0 can handle.
void check_unipc(const SchedulerConfig& config, const std::string&, int) {
    if (config.final_sigma_is_zero && (!config.predict_x0 || (!config.lower_order_final && config.solver_order > 1)))
        throw Error(
            "scheduler_config.json: unipc cannot end at \"final_sigmas_type\" zero with \"predict_x0\" or "
            "\"lower_order_final\" false; name sigma_min");
}

constexpr struct {
    std::string_view method;
    void (*check)(const SchedulerConfig& config, const std::string& method, int steps);
} checks[] = {{"lcm", &check_distilled}, {"tcd", &check_distilled}, {"pndm", &check_pndm}, {"unipc", &check_unipc}};

void check_flow(const SamplerName& sampler) {
    if (sampler.flow()) return;
    std::vector<std::string> able;
    for (const SamplerName& other : sampler_names())
        if (other.flow()) able.push_back(other.name);
    throw Error("The sampler %1 cannot sample a model that predicts a flow; %2 can", sampler.name, listed(able));
}

void check_timesteps(const SchedulerConfig& config, const SamplerName& sampler, const Timesteps& timesteps) {
    if (config.prediction == Prediction::Flow)
        throw Error("A model that predicts a flow cannot be told its timesteps; give their number as steps instead");
    if (!sampler.takes_timesteps) {
        std::vector<std::string> able;
        for (const SamplerName& other : sampler_names())
            if (other.takes_timesteps) able.push_back(other.name);
        throw Error("The sampler %1 cannot be told its timesteps; %2 can", sampler.name, listed(able));
    }
    if (timesteps.front() >= config.train_timesteps)
        throw Error("The timestep %1 is not among the %2 training steps of this model, which begin at 0",
                    timesteps.front(), config.train_timesteps);
    if (config.sigma_schedule != SigmaSchedule::Interpolated || config.continuous_timesteps)
        throw Error(
            "The sampler %1 cannot be told its timesteps where the schedule sets the noise levels; choose the "
            "schedule leading, trailing or linspace",
            sampler.name);
}

}  // namespace

SchedulerConfig checked_scheduler_config(const Json& json, const std::string& method, const std::string& schedule,
                                         int steps, bool flow, const Timesteps& timesteps) {
    if (!find_sampler(method)) {
        throw Error("The sampler \"%1\" is not known; known are %2", method.substr(0, 60),
                    listed(names_of(sampler_names())));
    }
    if (flow) check_flow(*find_sampler(method));
    SchedulerConfig config(json, method, schedule, flow);
    if (steps < 1 || steps > config.train_timesteps)
        throw Error("steps must be from 1 to %1 for this model, not %2", config.train_timesteps, steps);
    if (!timesteps.empty()) {
        check_timesteps(config, *find_sampler(method), timesteps);
        return config;
    }
    for (const auto& [name, check] : checks)
        if (name == method) check(config, method, steps);
    return config;
}

void check_shift(const std::optional<double>& shift, bool flow) {
    if (shift && !flow) throw Error("The model predicts no flow, so its noise has no shift; leave it out");
}

void check_eta(const std::string& method, const std::optional<double>& eta) {
    if (!eta || find_sampler(method)->eta) return;
    std::vector<std::string> able;
    for (const SamplerName& sampler : sampler_names())
        if (sampler.eta) able.push_back(sampler.name);
    throw Error("The sampler %1 has no eta; %2 have", method, listed(able));
}

}  // namespace fanlight
