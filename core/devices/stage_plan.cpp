#include "core/devices/stage_plan.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <numeric>

#include "core/base/error.h"
#include "core/devices/memory_budget.h"

namespace fanlight {

namespace {

constexpr double impossible = std::numeric_limits<double>::infinity();

/// Seconds and bytes of any range of layers, from prefix sums.
class Costs {
public:
    Costs(const std::vector<LayerCost>& layers, const std::vector<StageDevice>& devices, double last_seconds)
        : devices_(devices), last_seconds_(last_seconds) {
        for (const LayerCost& layer : layers) {
            seconds_.push_back(seconds_.back() + layer.seconds);
            bytes_.push_back(bytes_.back() + layer.bytes);
        }
    }

    size_t layers() const { return bytes_.size() - 1; }
    size_t stages() const { return devices_.size(); }
    /// The layers alone.
    double seconds(size_t begin, size_t end, size_t stage) const {
        return (seconds_[end] - seconds_[begin]) / devices_[stage].speed;
    }
    double all_seconds(size_t begin, size_t end, size_t stage) const {
        const double beside = stage + 1 == stages() ? last_seconds_ / devices_[stage].speed : 0;
        return seconds(begin, end, stage) + beside;
    }
    int64_t bytes(size_t begin, size_t end) const { return bytes_[end] - bytes_[begin]; }
    bool fits(size_t begin, size_t end, size_t stage) const { return bytes(begin, end) <= devices_[stage].memory; }

private:
    const std::vector<StageDevice>& devices_;
    const double last_seconds_;
    std::vector<double> seconds_ = {0};
    std::vector<int64_t> bytes_ = {0};
};

/// The cost of a stage, or `impossible`.
using StageCost = std::function<double(size_t begin, size_t end, size_t stage)>;

struct Cut {
    double worst = impossible;  ///< cost of its most expensive stage
    std::vector<size_t> ends;   ///< of each stage
};

/// The cut that minimises the cost of its most expensive stage. worst[k][j]: layers [0, j) on the stages 0 … k.
Cut best_cut(const Costs& costs, const StageCost& cost) {
    const size_t K = costs.stages(), L = costs.layers();
    std::vector<std::vector<double>> worst(K, std::vector<double>(L + 1, impossible));
    std::vector<std::vector<size_t>> begin(K, std::vector<size_t>(L + 1, 0));
    for (size_t j = 1; j <= L; ++j) worst[0][j] = cost(0, j, 0);
    for (size_t k = 1; k < K; ++k)
        for (size_t j = k + 1; j <= L; ++j)
            for (size_t i = k; i < j; ++i) {
                const double candidate = std::max(worst[k - 1][i], cost(i, j, k));
                if (candidate < worst[k][j]) worst[k][j] = candidate, begin[k][j] = i;
            }
    Cut cut{.worst = worst[K - 1][L], .ends = std::vector<size_t>(K, L)};
    for (size_t k = K - 1; k > 0; --k) cut.ends[k - 1] = begin[k][cut.ends[k]];
    return cut;
}

void check(const std::vector<LayerCost>& layers, const std::vector<StageDevice>& devices) {
    if (devices.empty()) throw UsageError("A pipeline needs at least one device");
    if (devices.size() > layers.size())
        throw UsageError("A pipeline of %1 stages needs as many layers, and the model has %2", devices.size(),
                         layers.size());
    for (const StageDevice& device : devices)
        if (!(device.speed > 0)) throw UsageError("The speed of %1 must be above 0", device.id);
    for (const LayerCost& layer : layers)
        if (!(layer.seconds >= 0) || layer.bytes < 0)
            throw UsageError("The cost of layer %1 must not be negative", layer.name);
}

/// Memory of each device; stages on the CPU share it.
std::map<std::string, int64_t> memory_of(const std::vector<StageDevice>& devices) {
    std::map<std::string, int64_t> memory;
    for (const StageDevice& device : devices) memory.emplace(device.id, device.memory);
    return memory;
}

int64_t all_memory(const std::vector<StageDevice>& devices) {
    int64_t bytes = 0;
    for (const auto& [device, memory] : memory_of(devices)) bytes += memory;
    return bytes;
}

[[noreturn]] void throw_does_not_fit(const std::vector<LayerCost>& layers, const std::vector<StageDevice>& devices) {
    const auto largest =
        *std::max_element(layers.begin(), layers.end(), [](const auto& a, const auto& b) { return a.bytes < b.bytes; });
    const auto roomiest = *std::max_element(devices.begin(), devices.end(),
                                            [](const auto& a, const auto& b) { return a.memory < b.memory; });
    if (largest.bytes > roomiest.memory)
        throw UsageError("Layer %1 needs %2, and no device has more than %3 (%4)", largest.name,
                         memory_text(largest.bytes), memory_text(roomiest.memory), roomiest.id);
    int64_t needed = 0;
    std::string each;
    for (const LayerCost& layer : layers) needed += layer.bytes;
    for (const auto& [device, memory] : memory_of(devices))
        each += (each.empty() ? "" : ", ") + device + " " + memory_text(memory);
    throw UsageError("No cut of the model into %1 stages fits: it needs %2, the devices have %3 (%4)", devices.size(),
                     memory_text(needed), memory_text(all_memory(devices)), each);
}

int64_t micro_batches_of(const Workload& work) { return (work.images + work.batch_size - 1) / work.batch_size; }

double per_hour(int64_t images, double seconds) { return static_cast<double>(images) * 3600 / seconds; }

double sum_of_seconds(const std::vector<PlacedStage>& stages) {
    return std::accumulate(stages.begin(), stages.end(), 0.0,
                           [](double sum, const PlacedStage& s) { return sum + s.seconds; });
}

}  // namespace

std::vector<PlacedStage> plan_stages(const std::vector<LayerCost>& layers, const std::vector<StageDevice>& devices,
                                     double last_seconds) {
    check(layers, devices);
    const Costs costs(layers, devices, last_seconds);
    const double fastest = best_cut(costs, [&](size_t begin, size_t end, size_t stage) {
                               return costs.fits(begin, end, stage) ? costs.all_seconds(begin, end, stage) : impossible;
                           }).worst;
    if (fastest == impossible || costs.bytes(0, costs.layers()) > all_memory(devices))
        throw_does_not_fit(layers, devices);
    const Cut cut = best_cut(costs, [&](size_t begin, size_t end, size_t stage) {
        const bool allowed = costs.fits(begin, end, stage) && costs.all_seconds(begin, end, stage) <= fastest;
        return allowed ? static_cast<double>(costs.bytes(begin, end)) : impossible;
    });

    std::vector<PlacedStage> stages;
    for (size_t k = 0, begin = 0; k < devices.size(); begin = cut.ends[k++])
        stages.push_back({.device = devices[k].id,
                          .layers = {static_cast<int64_t>(begin), static_cast<int64_t>(cut.ends[k])},
                          .bytes = costs.bytes(begin, cut.ends[k]),
                          .seconds = costs.seconds(begin, cut.ends[k], k)});
    return stages;
}

double bubble(int stages, int micro_batches, int steps) {
    const double K = stages, M = micro_batches, T = steps;
    return 1 - M * T / (T * std::max(M, K) + std::min(M, K) - 1);
}

double images_per_hour_replicas(const std::vector<LayerCost>& layers, const std::vector<StageDevice>& devices,
                                const Workload& work) {
    double seconds = work.once_seconds;
    for (const LayerCost& layer : layers) seconds += work.steps * layer.seconds;
    const auto micro_batches = static_cast<double>(micro_batches_of(work));
    double fastest = 0;
    for (const StageDevice& device : devices) fastest = std::max(fastest, device.speed);

    // The earliest time by which the devices have finished enough micro-batches, each a whole number.
    double too_early = 0, late_enough = micro_batches * seconds / fastest;
    for (int i = 0; i < 100; ++i) {
        const double middle = (too_early + late_enough) / 2;
        double done = 0;
        for (const StageDevice& device : devices) done += std::floor(middle * device.speed / seconds);
        (done < micro_batches ? too_early : late_enough) = middle;
    }
    return per_hour(work.images, late_enough);
}

double images_per_hour_sharded(const std::vector<PlacedStage>& stages, const std::vector<StageDevice>& devices,
                               const Workload& work) {
    const double each = work.steps * sum_of_seconds(stages) + work.once_seconds / devices.back().speed;
    return per_hour(work.images, static_cast<double>(micro_batches_of(work)) * each);
}

double images_per_hour_pipelined(const std::vector<PlacedStage>& stages, const std::vector<StageDevice>& devices,
                                 int micro_batches, const Workload& work) {
    double slowest = 0;
    for (const PlacedStage& stage : stages) slowest = std::max(slowest, stage.seconds);
    const double round = sum_of_seconds(stages), once = work.once_seconds / devices.back().speed;
    const auto all = static_cast<double>(micro_batches_of(work));
    const double in_flight = std::min<double>(micro_batches, all);
    const double each = std::max({work.steps * slowest, work.steps * stages.back().seconds + once,
                                  (work.steps * round + once) / in_flight});  // a micro-batch
    const double fill = std::min(round, in_flight * slowest) - slowest;
    return per_hour(work.images, all * each + fill);
}

}  // namespace fanlight
