#pragma once

#include "core/samplers/sampler.h"

// One factory per method, each in a file of the same name; the table is in sampler.cpp. The request has been checked:
// steps is at least 1, and it is for a flow only where the factory's comment says so.
namespace fanlight {

std::unique_ptr<Sampler> make_ddim(const SchedulerConfig& config, const ScheduleRequest& request);
std::unique_ptr<Sampler> make_pndm(const SchedulerConfig& config, const ScheduleRequest& request);
std::unique_ptr<Sampler> make_euler(const SchedulerConfig& config, const ScheduleRequest& request);
std::unique_ptr<Sampler> make_euler_ancestral(const SchedulerConfig& config, const ScheduleRequest& request);
std::unique_ptr<Sampler> make_heun(const SchedulerConfig& config, const ScheduleRequest& request);
std::unique_ptr<Sampler> make_heunpp2(const SchedulerConfig& config, const ScheduleRequest& request);
std::unique_ptr<Sampler> make_dpm2(const SchedulerConfig& config, const ScheduleRequest& request);
std::unique_ptr<Sampler> make_dpm2_ancestral(const SchedulerConfig& config, const ScheduleRequest& request);
std::unique_ptr<Sampler> make_dpmpp_2m(const SchedulerConfig& config, const ScheduleRequest& request);
std::unique_ptr<Sampler> make_dpmpp_2m_sde(const SchedulerConfig& config, const ScheduleRequest& request);
std::unique_ptr<Sampler> make_dpmpp_3m_sde(const SchedulerConfig& config, const ScheduleRequest& request);
std::unique_ptr<Sampler> make_dpmpp_sde(const SchedulerConfig& config, const ScheduleRequest& request);
std::unique_ptr<Sampler> make_dpmpp_2s(const SchedulerConfig& config, const ScheduleRequest& request);
std::unique_ptr<Sampler> make_dpmpp_2s_ancestral(const SchedulerConfig& config, const ScheduleRequest& request);
std::unique_ptr<Sampler> make_lms(const SchedulerConfig& config, const ScheduleRequest& request);
std::unique_ptr<Sampler> make_deis(const SchedulerConfig& config, const ScheduleRequest& request);
std::unique_ptr<Sampler> make_unipc(const SchedulerConfig& config, const ScheduleRequest& request);
std::unique_ptr<Sampler> make_restart(const SchedulerConfig& config, const ScheduleRequest& request);
std::unique_ptr<Sampler> make_ddpm(const SchedulerConfig& config, const ScheduleRequest& request);
std::unique_ptr<Sampler> make_lcm(const SchedulerConfig& config, const ScheduleRequest& request);
std::unique_ptr<Sampler> make_tcd(const SchedulerConfig& config, const ScheduleRequest& request);

/// For models that predict a flow, which dpmpp_2m, dpmpp_2s, deis and unipc above support, too.
std::unique_ptr<Sampler> make_flow_euler(const SchedulerConfig& config, const ScheduleRequest& request);
std::unique_ptr<Sampler> make_flow_euler_ancestral(const SchedulerConfig& config, const ScheduleRequest& request);
std::unique_ptr<Sampler> make_flow_lcm(const SchedulerConfig& config, const ScheduleRequest& request);
std::unique_ptr<Sampler> make_flow_heun(const SchedulerConfig& config, const ScheduleRequest& request);

}  // namespace fanlight
