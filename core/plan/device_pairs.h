#pragma once

#include <string>
#include <vector>

#include "core/plan/make_plan.h"

namespace fanlight {

/// Two devices of one worker, which share its guided evaluations.
struct DevicePair {
    std::string first;   ///< the worker's own, which does everything else, too
    std::string second;  ///< has a copy of the network, which makes the negative prompts' rows
};

/// Those that the request names (PlanRequest::cfg_devices), of `devices`; `hidden` is why some are not listed. Empty:
/// it names none. Throws UsageError for those that could not make the same bytes as one device: of another kind or
/// model; and for a device that is unknown, named twice, without a partner, or cannot be used. `where` as in
/// make_plan().
std::vector<DevicePair> device_pairs(const PlanRequest& request, const std::string& where,
                                     const std::vector<Device>& devices, const Sentence& hidden);

/// Throws UsageError unless guided evaluations of the model can be shared.
void check_pairs(const ModelCard& card, const std::string& where);

std::vector<std::string> firsts_of(const std::vector<DevicePair>& pairs);
std::vector<std::string> both_of(const std::vector<DevicePair>& pairs);

/// Gives each worker of the plan its second device, for those of its models that make guided items; if none does, the
/// plan notes it. Does nothing if there are no pairs.
void share_guidance(PlannedRun& plan, const std::vector<DevicePair>& pairs, const std::string& where);

}  // namespace fanlight
