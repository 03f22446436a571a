#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/devices/model_description.h"

namespace fanlight {

/// A device on which layers are timed.
struct TimedDevice {
    std::string id;    ///< "cpu", "cuda:0"
    std::string name;  ///< "AMD EPYC": measurements apply to all devices of the same name
    int threads = 1;   ///< CPU threads
};

/// How long a measurement may take.
struct TimingLimits {
    int rounds_seconds = 20;  ///< all layers are timed anew, for more exactness, until then
    int most_seconds = 900;   ///< after that it is given up

    bool operator==(const TimingLimits&) const = default;
};

/// Caches the measured seconds of each layer in $XDG_CACHE_HOME/fanlight/layer_seconds/, one file per network
/// architecture, shape, device and number of threads. Fine-tuned models share them, since weights do not affect them.
class LayerTimings {
public:
    /// The worker program measures, as find_worker_program() finds it.
    explicit LayerTimings(std::filesystem::path model_folder);

    /// One value per layer of the description; empty if nothing has been measured.
    std::vector<double> known(const ModelDescription& model, const TimedDevice& device) const;
    /// The same, measured first if unknown: takes a few seconds, with one layer at a time in memory. What is measured
    /// within other limits than the default ones is less exact, and kept apart. Throws Error.
    std::vector<double> measured(const ModelDescription& model, const TimedDevice& device,
                                 const TimingLimits& limits = {}) const;

private:
    std::filesystem::path file_of(const ModelDescription& model, const TimedDevice& device,
                                  const TimingLimits& limits) const;

    const std::filesystem::path folder_;
};

}  // namespace fanlight
