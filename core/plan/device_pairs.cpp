#include "core/plan/device_pairs.h"

#include <algorithm>
#include <set>
#include <sstream>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/plan/model_checks.h"

namespace fanlight {

namespace {

/// What the option names, in its order. Throws UsageError for what no run could use.
std::vector<Device> named_devices(const std::string& text, const std::string& option,
                                  const std::vector<Device>& devices, const Sentence& hidden) {
    std::vector<Device> named;
    std::istringstream entries(text + ",");
    for (std::string entry; std::getline(entries, entry, ',');) {
        const std::string id(trimmed(entry));
        const auto called = [&](const Device& device) { return device.id == id; };
        const auto device = std::find_if(devices.begin(), devices.end(), called);
        if (device == devices.end() && !hidden.empty())
            throw UsageError("%1: there is no device %2; %3", option, in_quotes(id), hidden);
        if (device == devices.end())
            throw UsageError("%1: there is no device %2; name cpu, or a GPU such as cuda:1.", option, in_quotes(id));
        if (const Sentence reason = obstacle_to_use(*device); !reason.empty())
            throw UsageError("%1: %2", option, Sentence("%1 cannot be used: %2", id, reason));
        if (device->kind != "cpu" && std::any_of(named.begin(), named.end(), called))
            throw UsageError("%1: %2 is named twice; a GPU belongs to one pair.", option, id);
        if (device->slice)
            throw UsageError(
                "%1: %2 is a MIG instance, and a process that uses one sees no other GPU; name whole cards.", option,
                id);
        named.push_back(*device);
    }
    return named;
}

/// Halves that are made elsewhere are the same bytes only where everything is computed alike.
void check_alike(const Device& first, const Device& second, const std::string& option) {
    if (first.kind != second.kind)
        throw UsageError("%1: a pair is two GPUs, or the CPU twice, since their pictures differ.", option);
    if (first.name != second.name)
        throw UsageError(
            "%1: %2 (%3) and %4 (%5) are of different models, which round differently; pair two cards of one model.",
            option, first.id, first.name, second.id, second.name);
}

}  // namespace

std::vector<DevicePair> device_pairs(const PlanRequest& request, const std::string& where,
                                     const std::vector<Device>& devices, const Sentence& hidden) {
    if (trimmed(request.cfg_devices).empty()) return {};
    const std::string option = shown(where, "cfg_devices");
    if (trimmed(request.devices) != "all")
        throw UsageError("%1 names the devices of the run, and so does %2; leave one of them out.", option,
                         shown(where, "devices"));
    const std::vector<Device> named = named_devices(request.cfg_devices, option, devices, hidden);
    if (named.size() % 2 != 0)
        throw UsageError("%1: devices share guided evaluations in pairs, and it names %2; name two for each worker.",
                         option, counted(std::ssize(named), "%n device", "%n devices"));
    std::vector<DevicePair> pairs;
    for (size_t i = 0; i < named.size(); i += 2) {
        check_alike(named[i], named[i + 1], option);
        pairs.push_back({named[i].id, named[i + 1].id});
    }
    kind_of(firsts_of(pairs));
    return pairs;
}

void check_pairs(const ModelCard& card, const std::string& where) {
    const std::string option = shown(where, "cfg_devices");
    if (!card.separate_rows)
        throw UsageError(
            "%1: the network of the model %2 computes both halves of a guided evaluation in one call, which two "
            "devices cannot share; leave it out.",
            option, card.name);
    if (card.traits.guidance == GuidanceKind::None && !card.traits.takes_true_cfg)
        throw UsageError("%1: the model %2 is never guided, so a second device would have nothing to do; leave it out.",
                         option, card.name);
}

std::vector<std::string> firsts_of(const std::vector<DevicePair>& pairs) {
    std::vector<std::string> ids;
    for (const DevicePair& pair : pairs) ids.push_back(pair.first);
    return ids;
}

std::vector<std::string> both_of(const std::vector<DevicePair>& pairs) {
    std::vector<std::string> ids;
    for (const DevicePair& pair : pairs) ids.insert(ids.end(), {pair.first, pair.second});
    return ids;
}

void share_guidance(PlannedRun& plan, const std::vector<DevicePair>& pairs, const std::string& where) {
    if (pairs.empty()) return;
    std::set<int> guided;
    for (const Item& item : plan.items)
        if (item.task.shape().guided) guided.insert(item.model);
    for (const int model : guided)
        for (size_t worker = 0; worker < pairs.size(); ++worker)
            plan.model(model).placement.workers[worker].cfg_device = pairs[worker].second;
    if (guided.empty())
        plan.notes.push_back(Sentence("%1: no image of the run is guided, so the second device has nothing to do",
                                      shown(where, "cfg_devices")));
}

}  // namespace fanlight
