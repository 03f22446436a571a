#include "core/plan/workforce.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/plan/cpu_layout.h"
#include "core/plan/make_plan.h"

namespace fanlight {

namespace {

const Device& cpu_of(const std::vector<Device>& devices) { return devices.back(); }

void check_devices(const RunPlan& plan, const std::vector<std::string>& ids, const std::vector<Device>& devices) {
    const std::string kind = kind_of(ids);
    if (kind != plan.recipe.device_kind)
        throw UsageError(kind == "cpu"
                             ? Sentence("--devices: the run was begun on GPUs, and its results would differ on "
                                        "the CPU; name GPUs, or begin another run.")
                             : Sentence("--devices: the run was begun on the CPU, and its results would differ "
                                        "on GPUs; name cpu, or begin another run."));
    check_dtype(plan.recipe.dtype, ids, devices);
}

/// What the run leaves to other programs stays so; GPUs that are new to it have the usual reserve.
MemoryBudget reserve_on(const std::vector<std::string>& ids, const RunPlan& plan, const std::vector<Device>& devices) {
    const auto was_used = [&](const std::string& id) {
        return std::find(plan.devices.begin(), plan.devices.end(), id) != plan.devices.end();
    };
    MemoryBudget reserved;
    for (const auto& entry : plan.placement.reserved)
        if (std::find(ids.begin(), ids.end(), entry.first) != ids.end()) reserved.push_back(entry);
    for (const auto& entry : reserved_memory({}, ids, devices))
        if (!was_used(entry.first)) reserved.push_back(entry);
    return reserved;
}

/// Where the run's text encoders work. A GPU that is gone is left for those that the networks are on.
std::string text_device_on(const RunPlan& plan, const std::vector<Device>& devices) {
    const std::string& id = plan.placement.text_device;
    const bool is_here = std::any_of(devices.begin(), devices.end(), [&](const Device& each) { return each.id == id; });
    return is_here || id == "cpu" ? id : "";
}

}  // namespace

Workforce workforce_for(const RunPlan& begun, const WorkforceRequest& request, const std::vector<Device>& devices,
                        const Sentence& hidden) {
    RunPlan plan = begun;
    if (!request.devices.empty()) {
        if (plan.placement.mode != Mode::Replicas)
            throw UsageError(
                "--devices: the run's model lies on %1 together and is not distributed anew; resume the run there, or "
                "begin another one.",
                join(plan.devices, ", "));
        const bool is_open = trimmed(request.devices) == "all" && request.threads == 0;
        plan.devices = parse_devices(request.devices, devices, hidden);
        check_devices(plan, plan.devices, devices);
        plan.placement = replicas_on(plan.devices);
        plan.placement.text_device = text_device_on(begun, devices);
        plan.placement.reserved = reserve_on(plan.devices, begun, devices);
        if (plan.recipe.device_kind == "cpu")
            plan.recipe.threads =
                std::clamp(cpu_of(devices).cores / static_cast<int>(plan.devices.size()), 1, max_threads);
        if (is_open && plan.recipe.device_kind == "cpu") lay_out(plan, cpu_of(devices));
    }
    if (request.threads > 0) plan.recipe.threads = request.threads;
    return {std::move(plan.devices), std::move(plan.placement), plan.recipe.threads};
}

}  // namespace fanlight
