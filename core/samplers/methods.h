#pragma once

#include "core/samplers/sampler.h"

// One factory a method, each in a file of its own name; sampler.cpp holds the table. The request has been checked:
// steps is at least 1, and it is for a flow only where the factory says so.
namespace fanlight {

std::unique_ptr<Sampler> make_ddim(const SchedulerConfig& config, const ScheduleRequest& request);
std::unique_ptr<Sampler> make_pndm(const SchedulerConfig& config, const ScheduleRequest& request);
std::unique_ptr<Sampler> make_euler(const SchedulerConfig& config, const ScheduleRequest& request);
std::unique_ptr<Sampler> make_euler_ancestral(const SchedulerConfig& config, const ScheduleRequest& request);
std::unique_ptr<Sampler> make_heun(const SchedulerConfig& config, const ScheduleRequest& request);
std::unique_ptr<Sampler> make_dpmpp_2m(const SchedulerConfig& config, const ScheduleRequest& request);
std::unique_ptr<Sampler> make_lcm(const SchedulerConfig& config, const ScheduleRequest& request);
std::unique_ptr<Sampler> make_unipc(const SchedulerConfig& config, const ScheduleRequest& request);

/// On models that predict a flow; dpmpp_2m and unipc above sample these, too.
std::unique_ptr<Sampler> make_flow_euler(const SchedulerConfig& config, const ScheduleRequest& request);
std::unique_ptr<Sampler> make_flow_heun(const SchedulerConfig& config, const ScheduleRequest& request);

}  // namespace fanlight
