#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/layer_range.h"

namespace fanlight {

/// The cost of one layer in a sequence, measured or estimated on a device of speed 1.
struct LayerCost {
    std::string name;
    double seconds = 0;  ///< per evaluation of a micro-batch
    int64_t bytes = 0;   ///< weights, and what else must stay on the device
};

/// A device that can run one stage of a pipeline.
struct StageDevice {
    std::string id;
    int64_t memory = 0;  ///< bytes available to a stage
    double speed = 1;    ///< a layer of 1 s takes 1 / speed s here
};

/// Consecutive layers on one device. In a sharded model a device may occur again later.
struct PlacedStage {
    std::string device;
    LayerRange layers;
    int64_t bytes = 0;   ///< of their weights
    double seconds = 0;  ///< of one evaluation of a micro-batch, on this device
};

/// The contiguous cut with one stage per device, in the given order, that minimises the time of the slowest stage among
/// all cuts that fit the devices' memory; among equal ones, the bytes of the fullest stage. The devices are all
/// different, or all the CPU, whose memory the stages share. Exact, O(devices * layers^2). Throws UsageError with the
/// numbers: no device, more stages than layers, a layer or a model that fits nowhere. `last_seconds`: the last stage's
/// additional work (such as decoding) divided by the number of evaluations, at speed 1.
std::vector<PlacedStage> plan_stages(const std::vector<LayerCost>& layers, const std::vector<StageDevice>& devices,
                                     double last_seconds = 0);

/// Fraction of time that equal stages are idle when M micro-batches circulate through K stages for T steps without a
/// barrier between steps: (K - 1) / (M T + K - 1) for M >= K; with fewer the ring itself has gaps. T = 1 is a single
/// pass, GPipe's bubble (Huang et al. 2019).
double bubble(int stages, int micro_batches, int steps);

/// A run of equal images, for the predictions.
struct Workload {
    int64_t images = 1;
    int batch_size = 1;       ///< images per micro-batch; the last one is padded
    int steps = 1;            ///< evaluations of the layers per micro-batch
    int refined_steps = 0;    ///< further evaluations, of the refiner
    double once_seconds = 0;  ///< per micro-batch, besides the steps (text encoder, decoder, refiner), at speed 1
};

/// Each device holds the whole model; micro-batches are assigned so that the run ends as early as possible.
double images_per_hour_replicas(const std::vector<LayerCost>& layers, const std::vector<StageDevice>& devices,
                                const Workload& work);

/// One micro-batch at a time passes through the stages; the last device does what is done once.
double images_per_hour_sharded(const std::vector<PlacedStage>& stages, const std::vector<StageDevice>& devices,
                               const Workload& work);

/// `micro_batches` are in flight, and a finished one is replaced by the next: the slowest stage sets the pace, or with
/// few in flight the way round the ring. The pipeline fills once. The last stage does what is done once, while the
/// others continue.
double images_per_hour_pipelined(const std::vector<PlacedStage>& stages, const std::vector<StageDevice>& devices,
                                 int micro_batches, const Workload& work);

}  // namespace fanlight
