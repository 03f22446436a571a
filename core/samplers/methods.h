#pragma once

#include "core/samplers/sampler.h"
#include "core/samplers/scheduler_config.h"

// One factory a method, each in a file of its own name; sampler.cpp holds the table. `steps` is at least 1.
namespace fanlight {

std::unique_ptr<Sampler> make_ddim(const SchedulerConfig& config, int steps);
std::unique_ptr<Sampler> make_pndm(const SchedulerConfig& config, int steps);
std::unique_ptr<Sampler> make_euler(const SchedulerConfig& config, int steps);
std::unique_ptr<Sampler> make_euler_ancestral(const SchedulerConfig& config, int steps);
std::unique_ptr<Sampler> make_heun(const SchedulerConfig& config, int steps);
std::unique_ptr<Sampler> make_dpmpp_2m(const SchedulerConfig& config, int steps);
std::unique_ptr<Sampler> make_lcm(const SchedulerConfig& config, int steps);
std::unique_ptr<Sampler> make_unipc(const SchedulerConfig& config, int steps);

}  // namespace fanlight
