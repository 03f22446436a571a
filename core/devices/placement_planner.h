#pragma once

#include "core/devices/placement.h"

namespace fanlight {

/// Plans different placements for the same model, devices and work. Throws UsageError if a placement is impossible; one
/// that only lacks memory is returned with its problem.
class PlacementPlanner {
public:
    PlacementPlanner(const ModelDescription& model, const std::vector<PlanDevice>& devices,
                     const PlacementRequest& request, const Workload& work);

    /// On all devices, or with `some` only on those that have room.
    Placement replicas(bool some) const;
    /// By a strategy, or by the request's map if it is "own map".
    Placement sharded(const std::string& strategy, int replicas) const;
    Placement pipelined(int replicas, int stages) const;

    /// Numbers that the request leaves open.
    int sharded_replicas() const;
    std::pair<int, int> replicas_and_stages() const;

    size_t layers() const { return model_.layers.size(); }

private:
    const std::vector<double>& seconds_on(size_t device) const { return layer_seconds_[device]; }
    double seconds_an_operation() const;
    StageDevice stage_device(size_t device, int64_t reserved) const;
    int64_t embeddings_on(const std::string& device) const;
    int64_t reserved_by(int stage, int stages, const std::string& device) const;
    int64_t limit_of(const std::string& device) const;
    std::vector<StageDevice> stage_devices(size_t first, int stages) const;
    std::vector<PlacedStage> stages_on(size_t first_device, int stages) const;
    std::vector<std::string> split_names(int stages) const;
    std::vector<PlacedStage> cut_at(const std::vector<std::string>& names, size_t first_device) const;
    void check_limits(const std::vector<PlacedStage>& stages) const;
    size_t layer_named(const std::string& name, bool within) const;
    PlacedStage stage(const LayerRange& layers, size_t device) const;
    MemoryBudget weight_budget(size_t first, size_t last) const;
    DeviceMap map_on(const std::string& strategy, size_t first, size_t last) const;
    void check_layers(const DeviceMap& map, const std::string& computes) const;
    std::vector<PlacedStage> stretches(const DeviceMap& map, size_t first, size_t last) const;
    std::vector<DeviceMemory> memory_of_shard(const DeviceMap& map, size_t first, size_t last) const;
    size_t device_at(const std::string& id, size_t first, size_t last) const;
    bool has_room(Placement placement) const;
    void check_memory(Placement& placement) const;
    int64_t share_of_work(int replicas) const;

    DeviceMemory whole_on(size_t device, EncoderStay stay, bool shares) const;
    std::optional<DeviceMemory> twin_of(size_t device) const;
    EncoderStay stay_that_fits(bool some) const;
    int64_t text_encoders_on(const std::string& device) const;
    void add_text_encoders(Placement& placement) const;

    const ModelDescription model_;        ///< without text encoders that are on a device of their own
    const PartDescription text_encoder_;  ///< these
    const std::vector<PlanDevice>& devices_;
    const PlacementRequest& request_;
    Workload work_;
    std::vector<std::vector<double>> layer_seconds_;  ///< by device
    std::vector<double> speeds_;                      ///< by device; the first one's is 1
    SizeMap sizes_;
};

}  // namespace fanlight
