#include "core/devices/placement_planner.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <set>
#include <sstream>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/devices/infer_device_map.h"
#include "core/devices/program_memory.h"

namespace fanlight {

namespace {

/// Assumed if nothing has been measured.
constexpr double cuda_flops_per_second = 2e13, cpu_flops_per_second = 5e10;
/// Minimum time of a layer on a GPU: it launches about twenty kernels, at some 5 us each.
constexpr double cuda_launch_seconds = 1e-4;
/// From main memory to a GPU, over PCI Express 4.0 x16 minus overhead.
constexpr double transfer_bytes_per_second = 2e10;

bool is_gpu(const std::string& device) { return gpu_number(device) >= 0; }

double flops_per_second(const PlanDevice& device) {
    if (device.flops_per_second > 0) return device.flops_per_second;
    return is_gpu(device.id) ? cuda_flops_per_second : cpu_flops_per_second;
}

std::vector<double> layer_seconds(const ModelDescription& model, const PlanDevice& device) {
    if (device.layer_seconds.size() == model.layers.size()) return device.layer_seconds;
    std::vector<double> seconds;
    const double least = is_gpu(device.id) ? cuda_launch_seconds : 0;
    for (const LayerDescription& layer : model.layers)
        seconds.push_back(std::max(least, layer.flops / flops_per_second(device)));
    return seconds;
}

double sum(const std::vector<double>& values) { return std::accumulate(values.begin(), values.end(), 0.0); }

int64_t max_state_bytes(const ModelDescription& model) {
    int64_t bytes = 0;
    for (const LayerDescription& layer : model.layers) bytes = std::max(bytes, layer.state_bytes);
    return bytes;
}

LayerRange all_layers(const ModelDescription& model) { return {0, static_cast<int64_t>(model.layers.size())}; }

/// One parcel arriving and one leaving, while a third is being worked on.
int64_t bytes_on_the_way(const ModelDescription& model) { return 2 * max_state_bytes(model); }

std::vector<LayerCost> costs_of(const ModelDescription& model, const std::vector<double>& seconds) {
    std::vector<LayerCost> costs;
    for (size_t i = 0; i < model.layers.size(); ++i)
        costs.push_back({model.layers[i].name, seconds[i], model.layers[i].bytes});
    return costs;
}

ModelDescription without_text_encoder(ModelDescription model) {
    model.text_encoder = {};
    return model;
}

}  // namespace

PlacementPlanner::PlacementPlanner(const ModelDescription& model, const std::vector<PlanDevice>& devices,
                                   const PlacementRequest& request, const Workload& work)
    : model_(request.text_device ? without_text_encoder(model) : model),
      text_encoder_(request.text_device ? model.text_encoder : PartDescription()),
      devices_(devices),
      request_(request),
      work_(work),
      sizes_(compute_module_sizes(model.network)) {
    if (devices.empty()) throw UsageError("There is no device to place the model on");
    if (work.images < 1) throw UsageError("There are no images to make, so there is nothing to plan");
    for (const auto& [id, bytes] : request.max_memory)
        if (is_gpu(id) && device_at(id, 0, devices.size()) == std::string::npos)
            throw UsageError("--max-memory names %1, which is not among the devices", id);
    for (const PlanDevice& device : devices) {
        layer_seconds_.push_back(layer_seconds(model, device));
        const double own = sum(layer_seconds_.back()), first = sum(layer_seconds_.front());
        speeds_.push_back(own > 0 && first > 0 ? first / own : 1);
    }
    if (work_.once_seconds == 0)
        work_.once_seconds =
            (model.text_encoder.flops + model.decoder.flops + work.refined_steps * model.refiner.flops) *
            seconds_an_operation();
}

/// On the first device, derived from its layers.
double PlacementPlanner::seconds_an_operation() const {
    double flops = 0;
    for (const LayerDescription& layer : model_.layers) flops += layer.flops;
    return flops > 0 ? sum(seconds_on(0)) / flops : 1 / flops_per_second(devices_.front());
}

// Replicas

/// A whole model, whose text encoders may leave. `shares`: with a worker beside it.
DeviceMemory PlacementPlanner::whole_on(size_t device, EncoderStay stay, bool shares) const {
    const PlanDevice& own = devices_[device];
    DeviceMemory memory{own.id, model_.bytes() - (shares ? model_.mapped_bytes : 0),
                        model_.working_bytes() + embeddings_on(own.id), program_memory_on(own.id), own.memory};
    if (stay == EncoderStay::Always) return memory;
    // While they read nothing is sampled, and one of both needs more.
    const int64_t reading = model_.text_encoder.bytes + model_.text_encoder.working_bytes,
                  leaving = stay == EncoderStay::InTurns ? model_.network_bytes() : 0;
    memory.weights -= model_.text_encoder.bytes;
    memory.activations = std::max(memory.activations, reading - leaving);
    return memory;
}

/// How long text encoders can stay so that every device, or with `some` any of them, has room for the whole model; if
/// none of the ways suffices, always. A CPU's weights are views of files, so that nothing has to leave.
EncoderStay PlacementPlanner::stay_that_fits(bool some) const {
    if (model_.text_encoder.bytes == 0 || !is_gpu(devices_.front().id)) return EncoderStay::Always;
    for (const EncoderStay stay : {EncoderStay::Always, EncoderStay::WhileReading, EncoderStay::InTurns}) {
        size_t fitting = 0;
        for (size_t d = 0; d < devices_.size(); ++d) {
            const DeviceMemory memory = whole_on(d, stay, /*shares=*/false);
            fitting += memory.needed() <= memory.free;
        }
        if (fitting == devices_.size() || (some && fitting > 0)) return stay;
    }
    return EncoderStay::Always;
}

/// The second copy of the network on the device that is paired with this one, if the model is guided. Two on the CPU
/// are in one process, which has the weights once.
std::optional<DeviceMemory> PlacementPlanner::twin_of(size_t device) const {
    if (!model_.shape.guided || device >= request_.cfg_devices.size()) return std::nullopt;
    const PlanDevice& other = request_.cfg_devices[device];
    const bool is_same = other.id == devices_[device].id;
    return DeviceMemory{other.id, is_same ? 0 : model_.network_bytes(), model_.working_bytes(all_layers(model_)),
                        is_same ? 0 : program_memory_on(other.id), other.memory};
}

Placement PlacementPlanner::replicas(bool some) const {
    Placement placement{.mode = Mode::Replicas, .replicas = 0, .encoder_stay = stay_that_fits(some)};
    double share = 1;  // of a guided evaluation's time
    std::vector<StageDevice> used;
    std::set<std::string> seen;
    for (size_t d = 0; d < devices_.size(); ++d) {
        const PlanDevice& device = devices_[d];
        if (request_.replicas > 0 && placement.replicas == request_.replicas) break;
        // Workers on the CPU share the pages of mapped weights.
        const bool shares = !seen.insert(device.id).second;
        const std::optional<DeviceMemory> twin = twin_of(d);
        Placement with = placement;
        PlacedWorker worker{with.replicas++, 0, {device.id}, {stage(all_layers(model_), d)}};
        with.memory.push_back(whole_on(d, placement.encoder_stay, shares));
        if (twin) {
            worker.owns.push_back(twin->device);
            with.memory.push_back(*twin);
            share = twin->device == device.id ? 1 : 0.5;  // the CPU's cores are shared
            worker.stages.front().seconds *= share;
        }
        with.workers.push_back(std::move(worker));
        if (some && !has_room(with)) continue;
        placement = std::move(with);
        used.push_back(stage_device(d, 0));
    }
    if (used.empty()) throw UsageError("No device has room for the whole model");
    if (request_.replicas > placement.replicas)
        throw UsageError("%1 need as many devices, and there are %2",
                         counted(request_.replicas, "%n replica", "%n replicas"), placement.replicas);
    placement.name = "replicas";
    if (used.size() < devices_.size())
        placement.name += " (" + std::to_string(used.size()) + " of " +
                          counted(std::ssize(devices_), "%n device", "%n devices").text() + ")";
    add_text_encoders(placement);
    check_memory(placement);
    std::vector<LayerCost> costs = costs_of(model_, seconds_on(0));
    for (LayerCost& layer : costs) layer.seconds *= share;
    placement.images_per_hour = images_per_hour_replicas(costs, used, work_);
    return placement;
}

/// What whoever encodes the run's texts keeps of them in main memory: each prompt's embedding, and that of a common
/// negative prompt.
int64_t PlacementPlanner::embeddings_on(const std::string& device) const {
    if (is_gpu(device)) return 0;
    const int64_t texts = std::min<int64_t>(work_.images, ProgramMemory::embeddings) + 1;
    return std::min(ProgramMemory::embeddings, texts * std::min(model_.embedding_bytes, ProgramMemory::embeddings));
}

// Pipelines

std::pair<int, int> PlacementPlanner::replicas_and_stages() const {
    const auto all = static_cast<int>(devices_.size());
    int stages = request_.stages;
    if (stages == 0 && request_.names_split_points()) stages = static_cast<int>(split_names(0).size()) + 1;
    if (stages == 0) stages = std::max(1, all / std::max(1, request_.replicas));
    const int replicas = request_.replicas > 0 ? request_.replicas : std::max(1, all / stages);
    return {replicas, stages};
}

StageDevice PlacementPlanner::stage_device(size_t device, int64_t reserved) const {
    return {devices_[device].id, devices_[device].memory - reserved, speeds_[device]};
}

/// What a stage needs on its device besides the weights of its layers. As many micro-batches are in flight as there are
/// stages, so what each keeps in all layers is about what a stage keeps of all.
int64_t PlacementPlanner::reserved_by(int stage, int stages, const std::string& device) const {
    const bool last = stage + 1 == stages;
    const int64_t working = std::max(model_.working_bytes(all_layers(model_)), last ? model_.decoder.working_bytes : 0);
    return program_memory_on(device, communicators_of_stage(stages)) + working + bytes_on_the_way(model_) +
           (stage == 0 ? model_.text_encoder.bytes + embeddings_on(device) : 0) + (last ? model_.decoder.bytes : 0);
}

/// The maximum of weights that a device may hold, on any machine.
int64_t PlacementPlanner::limit_of(const std::string& device) const {
    for (const auto& [id, bytes] : request_.max_memory)
        if (id == name_on_machine(device)) return static_cast<int64_t>(bytes);
    return std::numeric_limits<int64_t>::max();
}

std::vector<StageDevice> PlacementPlanner::stage_devices(size_t first, int stages) const {
    std::map<std::string, int64_t> reserved;
    for (int k = 0; k < stages; ++k) {
        const std::string& id = devices_[first + k].id;
        reserved[id] += reserved_by(k, stages, id) + text_encoders_on(id);
    }
    std::vector<StageDevice> result;
    for (int k = 0; k < stages; ++k) {
        const PlanDevice& device = devices_[first + k];
        if (reserved[device.id] > device.memory)
            throw UsageError("%1 has %2 free, and stage %3 needs %4 beside the weights of its layers", device.id,
                             memory_text(device.memory), k, memory_text(reserved[device.id]));
        result.push_back(stage_device(first + k, reserved[device.id]));
        result.back().memory = std::min(result.back().memory, limit_of(device.id));
    }
    return result;
}

PlacedStage PlacementPlanner::stage(const LayerRange& layers, size_t device) const {
    PlacedStage placed{.device = devices_[device].id, .layers = layers};
    for (int64_t i = layers.begin; i < layers.end; ++i) {
        placed.bytes += model_.layers[i].bytes;
        placed.seconds += seconds_on(device)[i];
    }
    return placed;
}

std::vector<std::string> PlacementPlanner::split_names(int stages) const {
    if (request_.split_points == "accelerate")
        return auto_split_points(model_.network, stages, model_.network.no_split_modules);
    std::vector<std::string> names;
    std::istringstream list(request_.split_points + ",");
    for (std::string name; std::getline(list, name, ',');) names.emplace_back(trimmed(name));
    return names;
}

/// The first layer that is, or is part of, the module `name`; with `within` also the layer that contains it.
size_t PlacementPlanner::layer_named(const std::string& name, bool within) const {
    for (size_t i = 0; i < layers(); ++i)
        if (model_.layers[i].name == name || model_.layers[i].name.starts_with(name + ".")) return i;
    for (size_t i = 0; i < layers(); ++i)
        if (name.starts_with(model_.layers[i].name + ".")) {
            if (within) return i;
            throw UsageError("--split-points: \"%1\" lies inside the layer %2, which stays whole", name,
                             model_.layers[i].name);
        }
    throw UsageError("--split-points: \"%1\" is not a layer of the model; its layers are like %2", name,
                     model_.layers[layers() / 2].name);
}

std::vector<PlacedStage> PlacementPlanner::cut_at(const std::vector<std::string>& names, size_t first_device) const {
    const bool accelerate = request_.split_points == "accelerate";
    std::vector<int64_t> begins = {0};
    for (const std::string& name : names) begins.push_back(static_cast<int64_t>(layer_named(name, accelerate)));
    // Accelerate cuts in order of registration, in which the middle block comes last.
    if (accelerate) std::sort(begins.begin(), begins.end());
    begins.push_back(all_layers(model_).end);
    std::vector<PlacedStage> stages;
    for (size_t k = 0; k + 1 < begins.size(); ++k) {
        if (begins[k] >= begins[k + 1])
            throw UsageError(
                "--split-points: stage %1 would be empty; name modules in the order in which the data passes them", k);
        stages.push_back(stage({begins[k], begins[k + 1]}, first_device + k));
    }
    check_limits(stages);
    return stages;
}

void PlacementPlanner::check_limits(const std::vector<PlacedStage>& stages) const {
    std::map<std::string, int64_t> held;
    for (const PlacedStage& stage : stages) held[stage.device] += stage.bytes;
    for (const auto& [device, bytes] : held)
        if (bytes > limit_of(device))
            throw UsageError("--split-points puts %1 of weights on %2, and --max-memory allows %3", memory_text(bytes),
                             device, memory_text(limit_of(device)));
}

std::vector<PlacedStage> PlacementPlanner::stages_on(size_t first_device, int stages) const {
    const auto devices = stage_devices(first_device, stages);
    if (request_.split_points != "auto") {
        const auto names = split_names(stages);
        if (names.size() + 1 != static_cast<size_t>(stages))
            throw UsageError("--split-points names the beginnings of %1, not of %2",
                             counted(std::ssize(names) + 1, "%n stage", "%n stages"), stages);
        return cut_at(names, first_device);
    }
    std::vector<PlacedStage> placed;
    const double beside = work_.once_seconds / std::max(1, work_.steps);
    for (const PlacedStage& s : plan_stages(costs_of(model_, seconds_on(0)), devices, beside))
        placed.push_back(stage(s.layers, first_device + placed.size()));
    return placed;
}

/// Images of the replica that has the most.
int64_t PlacementPlanner::share_of_work(int replicas) const {
    const int64_t micro_batches = (work_.images + work_.batch_size - 1) / work_.batch_size;
    return std::min(work_.images, (micro_batches + replicas - 1) / replicas * work_.batch_size);
}

Placement PlacementPlanner::pipelined(int replicas, int stages) const {
    if (model_.refiner.bytes > 0)
        throw UsageError("A model with a refiner cannot be cut into stages; use replicas, or sharded.");
    if (static_cast<size_t>(stages) > layers())
        throw UsageError("A pipeline of %1 needs as many layers, and the model has %2",
                         counted(stages, "%n stage", "%n stages"), layers());
    if (static_cast<size_t>(replicas) * stages > devices_.size())
        throw UsageError("%1 of %2 would take %3, not %4", counted(replicas, "%n pipeline", "%n pipelines"),
                         counted(stages, "%n stage", "%n stages"),
                         counted(int64_t{replicas} * stages, "%n device", "%n devices"), devices_.size());
    Placement placement{.mode = Mode::Pipelined, .replicas = replicas, .stages = stages};
    placement.name = "pipelined (" + (replicas > 1 ? std::to_string(replicas) + " pipelines of " : "") +
                     counted(stages, "%n stage", "%n stages").text() + ")";
    Workload work = work_;
    work.images = share_of_work(replicas);
    const int in_flight = request_.num_chunks > 0 ? request_.num_chunks : stages;
    double slowest = 0;
    for (int r = 0; r < replicas; ++r) {
        const size_t first = static_cast<size_t>(r) * stages;
        const auto placed = stages_on(first, stages);
        std::vector<StageDevice> devices;
        for (int k = 0; k < stages; ++k) {
            const PlacedStage& s = placed[k];
            const bool last = k + 1 == stages;
            devices.push_back(stage_device(first + k, 0));
            placement.workers.push_back({r, k, {s.device}, {s}});
            placement.memory.push_back(
                {s.device, s.bytes + (k == 0 ? model_.text_encoder.bytes : 0) + (last ? model_.decoder.bytes : 0),
                 std::max(model_.working_bytes(s.layers), last ? model_.decoder.working_bytes : 0) +
                     (in_flight - 1) * model_.kept_bytes(s.layers) + bytes_on_the_way(model_) +
                     (k == 0 ? embeddings_on(s.device) : 0),
                 program_memory_on(s.device, communicators_of_stage(stages)), devices_[first + k].memory});
            if (r == 0)
                for (int64_t i = s.layers.begin; i < s.layers.end; ++i)
                    placement.device_map.emplace_back(model_.layers[i].name, s.device);
        }
        const double hours =
            static_cast<double>(work.images) / images_per_hour_pipelined(placed, devices, in_flight, work);
        slowest = std::max(slowest, hours);
    }
    add_text_encoders(placement);
    check_memory(placement);
    placement.images_per_hour = static_cast<double>(work_.images) / slowest;
    const int64_t micro_batches = (work.images + work.batch_size - 1) / work.batch_size;
    const auto around = static_cast<int>(std::min<int64_t>(micro_batches, 1'000'000));
    placement.bubble = bubble(stages, in_flight >= stages ? around : std::min(in_flight, around), work.steps);
    return placement;
}

// Sharded

int PlacementPlanner::sharded_replicas() const {
    const int replicas = std::max(1, request_.replicas);
    if (static_cast<size_t>(replicas) > devices_.size())
        throw UsageError("%1 need as many devices, and there are %2", counted(replicas, "%n replica", "%n replicas"),
                         devices_.size());
    return replicas;
}

/// Position of a device among those of a worker, or npos.
size_t PlacementPlanner::device_at(const std::string& id, size_t first, size_t last) const {
    for (size_t d = first; d < last; ++d)
        if (devices_[d].id == id) return d;
    return std::string::npos;
}

MemoryBudget PlacementPlanner::weight_budget(size_t first, size_t last) const {
    if (!request_.max_memory.empty()) {
        MemoryBudget own;
        for (const auto& [id, bytes] : request_.max_memory)
            if (!is_gpu(id) || device_at(id, first, last) != std::string::npos) own.emplace_back(id, bytes);
        return own;
    }
    std::string text;
    std::set<std::string> seen;
    for (size_t d = first; d < last; ++d) {
        const PlanDevice& device = devices_[d];
        if (!seen.insert(device.id).second) continue;
        int64_t other = program_memory_on(device.id) + model_.working_bytes(all_layers(model_));
        if (d == first)
            other += model_.bytes_beside() + std::max(model_.decoder.working_bytes, model_.refiner.working_bytes) +
                     embeddings_on(device.id);
        other += text_encoders_on(device.id);
        const int64_t left = std::max<int64_t>(0, device.memory - other);
        text += (text.empty() ? "" : ",") + device.id + "=" + std::to_string(left);
    }
    if (!seen.contains("cpu") && request_.host_memory > 0)
        text += ",cpu=" + std::to_string(std::max<int64_t>(0, request_.host_memory - ProgramMemory::cpu_process));
    return parse_max_memory(text);  // sorts them into the order in which they are filled
}

DeviceMap PlacementPlanner::map_on(const std::string& strategy, size_t first, size_t last) const {
    if (strategy != "own map") {
        const DeviceMapOptions options{.no_split_module_classes = model_.network.no_split_modules};
        return place(model_.network, strategy, weight_budget(first, last), options, request_.max_memory.empty()).map;
    }
    const DeviceMap map = without_component(*request_.own_map, model_.component);
    check_device_map(model_.network, map);
    for (const auto& [entry, device] : map)
        if (is_gpu(device) && device_at(device, first, last) == std::string::npos)
            throw UsageError("The device map puts \"%1\" on %2, which is not among the devices", entry, device);
    check_layers(map, devices_[first].id);
    return map;
}

/// A layer computes on one device, to which stored weights are fetched.
void PlacementPlanner::check_layers(const DeviceMap& map, const std::string& computes) const {
    const auto names = checkpoint_names(model_.network);
    for (const LayerDescription& layer : model_.layers) {
        std::set<std::string> places, computing;
        for (const std::string& name : names) {
            if (!name.starts_with(layer.name + ".")) continue;
            const std::string& place = *places.insert(device_of(map, name)).first;
            computing.insert(only_stores(place, computes) ? computes : place);
        }
        if (computing.size() > 1)
            throw UsageError("The device map splits the layer %1 between %2; put all of it on one", layer.name,
                             listed({places.begin(), places.end()}));
    }
}

/// Layers in execution order, with neighbours on one device grouped. A layer belongs to the device that holds most of
/// its weights.
std::vector<PlacedStage> PlacementPlanner::stretches(const DeviceMap& map, size_t first, size_t last) const {
    std::map<std::string, std::map<std::string, Bytes>> bytes_on;  // by layer and device
    for (const std::string& name : checkpoint_names(model_.network))
        for (const LayerDescription& layer : model_.layers)
            if (name.starts_with(layer.name + ".")) bytes_on[layer.name][device_of(map, name)] += sizes_.of(name);
    std::vector<PlacedStage> placed;
    const std::string& computes = devices_[first].id;
    for (int64_t i = 0; i < all_layers(model_).end; ++i) {
        const auto& devices = bytes_on[model_.layers[i].name];
        const auto most = std::max_element(devices.begin(), devices.end(),
                                           [](const auto& a, const auto& b) { return a.second < b.second; });
        const std::string device = most == devices.end() ? computes : most->first;
        const bool is_fetched = only_stores(device, computes);
        PlacedStage layer = stage({i, i + 1}, is_fetched ? first : device_at(device, first, last));
        layer.device = device;
        // Offloaded weights are fetched while the previous layer computes.
        if (is_fetched && is_gpu(computes))
            layer.seconds = std::max(layer.seconds, static_cast<double>(layer.bytes) / transfer_bytes_per_second);
        if (placed.empty() || placed.back().device != device) {
            placed.push_back(layer);
            continue;
        }
        placed.back().layers.end = i + 1;
        placed.back().bytes += layer.bytes;
        placed.back().seconds += layer.seconds;
    }
    return placed;
}

std::vector<DeviceMemory> PlacementPlanner::memory_of_shard(const DeviceMap& map, size_t first, size_t last) const {
    std::map<std::string, int64_t> weights;
    int64_t largest_elsewhere = 0;
    for (const std::string& name : checkpoint_names(model_.network))
        weights[device_of(map, name)] += static_cast<int64_t>(sizes_.of(name));
    for (const LayerDescription& layer : model_.layers) largest_elsewhere = std::max(largest_elsewhere, layer.bytes);

    std::vector<DeviceMemory> rows;
    std::set<std::string> seen;
    bool fetches = false;
    for (const auto& [id, bytes] : weights) fetches |= only_stores(id, devices_[first].id);
    for (size_t d = first; d < last; ++d) {
        const PlanDevice& device = devices_[d];
        if (!seen.insert(device.id).second) continue;
        DeviceMemory row{device.id, weights[device.id], model_.working_bytes(all_layers(model_)),
                         program_memory_on(device.id), device.memory};
        if (d == first) {
            row.weights += model_.bytes_beside() + (fetches ? 2 * largest_elsewhere : 0);
            row.activations = model_.working_bytes() + embeddings_on(device.id);
        }
        rows.push_back(row);
    }
    if (weights.contains("cpu") && !seen.contains("cpu"))
        rows.push_back({"cpu", weights["cpu"], embeddings_on("cpu"), program_memory_on("cpu"), request_.host_memory});
    return rows;
}

Placement PlacementPlanner::sharded(const std::string& strategy, int replicas) const {
    const size_t each = devices_.size() / replicas;
    Placement placement{.mode = Mode::Sharded, .device_map_strategy = strategy, .replicas = replicas};
    placement.name = "sharded (" + (replicas > 1 ? std::to_string(replicas) + " replicas, " : "") + strategy + ")";
    Workload work = work_;
    work.images = share_of_work(replicas);
    double slowest = 0;
    for (int r = 0; r < replicas; ++r) {
        const size_t first = r * each, last = first + each;
        const DeviceMap map = map_on(strategy, first, last);
        PlacedWorker worker{.replica = r, .stages = stretches(map, first, last)};
        std::vector<StageDevice> devices;
        for (size_t d = first; d < last; ++d) {
            devices.push_back(stage_device(d, 0));
            if (std::find(worker.owns.begin(), worker.owns.end(), devices_[d].id) == worker.owns.end())
                worker.owns.push_back(devices_[d].id);
        }
        // The first device does what is done once per micro-batch.
        std::rotate(devices.begin(), devices.begin() + 1, devices.end());
        const auto rows = memory_of_shard(map, first, last);
        placement.memory.insert(placement.memory.end(), rows.begin(), rows.end());
        const double hours = static_cast<double>(work.images) / images_per_hour_sharded(worker.stages, devices, work);
        slowest = std::max(slowest, hours);
        if (r == 0) {
            placement.device_map = map;
            placement.stages = static_cast<int>(worker.stages.size());
        }
        placement.workers.push_back(std::move(worker));
    }
    add_text_encoders(placement);
    check_memory(placement);
    placement.images_per_hour = static_cast<double>(work_.images) / slowest;
    return placement;
}

// Memory

/// What one worker has there, if they have a device of their own.
int64_t PlacementPlanner::text_encoders_on(const std::string& device) const {
    const bool are_there = request_.text_device && request_.text_device->id == device;
    return are_there ? text_encoder_.bytes + text_encoder_.working_bytes : 0;
}

/// Each pipeline, or each worker of another mode, has its own.
void PlacementPlanner::add_text_encoders(Placement& placement) const {
    if (!request_.text_device) return;
    const PlanDevice& device = *request_.text_device;
    for (const PlacedWorker& worker : placement.workers) {
        if (worker.stage > 0) continue;
        const bool is_there = std::find(worker.owns.begin(), worker.owns.end(), device.id) != worker.owns.end();
        placement.memory.push_back({device.id, text_encoder_.bytes, text_encoder_.working_bytes,
                                    is_there ? 0 : program_memory_on(device.id), device.memory});
    }
}

/// Together with its text encoders.
bool PlacementPlanner::has_room(Placement placement) const {
    add_text_encoders(placement);
    check_memory(placement);
    return placement.problem.empty();
}

void PlacementPlanner::check_memory(Placement& placement) const {
    std::map<std::string, DeviceMemory> sums;
    for (const DeviceMemory& row : placement.memory) {
        DeviceMemory& all = sums.try_emplace(row.device, DeviceMemory{row.device, 0, 0, 0, row.free}).first->second;
        all.weights += row.weights;
        all.activations += row.activations;
        all.context += row.context;
    }
    for (const auto& [device, all] : sums)
        if (placement.problem.empty() && all.needed() > all.free)
            placement.problem = Sentence(
                "%1 has %2 free, and would need %3: %4 of weights, %5 of activations and %6 for the program itself",
                device, memory_text(all.free), memory_text(all.needed()), memory_text(all.weights),
                memory_text(all.activations), memory_text(all.context));
}

}  // namespace fanlight
