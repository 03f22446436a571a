#include "core/run/warm_workers.h"

#include <algorithm>
#include <set>
#include <utility>

namespace fanlight {

namespace {

using Loads = std::vector<protocol::Load>;

bool holds(const WarmWorker& worker, const Loads& asked) {
    return std::equal(worker.loads.begin(), worker.loads.end(), asked.begin(), asked.end(), protocol::holds_same_model);
}

std::set<std::string> devices_of(const Loads& loads) {
    std::set<std::string> devices;
    for (const protocol::Load& load : loads) {
        devices.insert(load.device);
        for (const auto& [module, place] : load.device_map) devices.insert(place);
        for (const std::string& other : {load.text_device, load.cfg_device})
            if (!other.empty()) devices.insert(other);
    }
    return devices;
}

bool share_a_device(const Loads& a, const Loads& b) {
    const auto of_a = devices_of(a), of_b = devices_of(b);
    return std::any_of(of_a.begin(), of_a.end(), [&](const std::string& device) { return of_b.contains(device); });
}

}  // namespace

WarmWorkers::WarmWorkers(double idle_seconds) {
    idle_.setSingleShot(true);
    idle_.setInterval(static_cast<int>(idle_seconds * 1000));
    idle_.callOnTimeout([this] { workers_.clear(); });
    cleanup_.setSingleShot(true);
    cleanup_.callOnTimeout([this] { remove_ended(); });
}

void WarmWorkers::keep(WarmWorker worker) {
    for (const auto& process : worker.processes)
        process->set_callbacks({[](const protocol::FromWorker&) {}, [this](const Sentence&) { cleanup_.start(0); }});
    workers_.push_back(std::move(worker));
    idle_.start();
}

std::optional<WarmWorker> WarmWorkers::take(const Loads& loads) {
    remove_ended();
    const auto found = std::find_if(workers_.begin(), workers_.end(), [&](const auto& w) { return holds(w, loads); });
    if (found == workers_.end()) return std::nullopt;
    WarmWorker taken = std::move(*found);
    workers_.erase(found);
    return taken;
}

void WarmWorkers::make_room(const std::vector<Loads>& workers) {
    std::erase_if(workers_, [&](const WarmWorker& warm) {
        const auto is_one = [&](const Loads& loads) { return holds(warm, loads); };
        const auto is_in_the_way = [&](const Loads& loads) { return share_a_device(warm.loads, loads); };
        return std::none_of(workers.begin(), workers.end(), is_one) &&
               std::any_of(workers.begin(), workers.end(), is_in_the_way);
    });
}

void WarmWorkers::remove_ended() {
    std::erase_if(workers_, [](const WarmWorker& worker) {
        return !std::all_of(worker.processes.begin(), worker.processes.end(),
                            [](const auto& process) { return process->in_service(); });
    });
}

}  // namespace fanlight
