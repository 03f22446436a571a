#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/layer_range.h"

namespace fanlight {

/// A layer of a model seen as a sequence, as measured or estimated on a device of speed 1.
struct LayerCost {
    std::string name;
    double seconds = 0;  ///< one evaluation of one micro-batch
    int64_t bytes = 0;   ///< weights, and what else must stay on its device
};

/// A device that takes one stage of a pipeline.
struct StageDevice {
    std::string id;
    int64_t memory = 0;  ///< bytes that a stage may take
    double speed = 1;    ///< a layer of 1 s takes 1 / speed here
};

/// Consecutive layers on one device. In a sharded model a device may come back later.
struct PlacedStage {
    std::string device;
    LayerRange layers;
    int64_t bytes = 0;   ///< of their weights
    double seconds = 0;  ///< of one evaluation of a micro-batch, on this device
};

/// The contiguous cut with one stage for each device, in the order given, whose slowest stage is fastest among all cuts
/// that fit the devices' memory; of equal ones that with the fewest bytes on its fullest stage. The devices are all
/// different, or all the CPU, whose memory the stages share. Exact, O(devices * layers^2). Throws UsageError with the
/// numbers: no device, more stages than layers, a layer or the model that fits nowhere. `last_seconds`: what the last
/// stage does beside its layers, shared out to the evaluations, at speed 1; a decoder takes as long as some layers.
std::vector<PlacedStage> plan_stages(const std::vector<LayerCost>& layers, const std::vector<StageDevice>& devices,
                                     double last_seconds = 0);

/// Share of time that a stage of equal stages idles, when M micro-batches circulate through K stages over T steps
/// without a stop between the steps: (K - 1) / (M T + K - 1) for M >= K; with fewer the ring itself has gaps. T = 1 is
/// one pass, GPipe's bubble (Huang et al. 2019).
double bubble(int stages, int micro_batches, int steps);

/// A run of equal images, for the predictions.
struct Workload {
    int64_t images = 1;
    int batch_size = 1;       ///< images a micro-batch; the last one is padded
    int steps = 1;            ///< evaluations of the layers a micro-batch
    double once_seconds = 0;  ///< a micro-batch, beside the steps (text encoder, decoder), at speed 1
};

/// Each device has the whole model and takes a micro-batch whenever that ends the run soonest.
double images_per_hour_replicas(const std::vector<LayerCost>& layers, const std::vector<StageDevice>& devices,
                                const Workload& work);

/// One micro-batch at a time passes through the stages; what is done once is done on the last device.
double images_per_hour_sharded(const std::vector<PlacedStage>& stages, const std::vector<StageDevice>& devices,
                               const Workload& work);

/// `micro_batches` are in flight, a finished one is followed by the next: the slowest stage sets the pace, or with few
/// in flight the way round the ring. The pipeline fills once. What is done once is done by the last stage, while the
/// others go on.
double images_per_hour_pipelined(const std::vector<PlacedStage>& stages, const std::vector<StageDevice>& devices,
                                 int micro_batches, const Workload& work);

}  // namespace fanlight
