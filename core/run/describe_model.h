#pragma once

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "core/devices/model_description.h"

namespace fanlight {

/// What a model takes, as the worker program (see find_worker_program()) tells without loading it. Waits for it. Throws
/// Error with what the worker said, or naming what it said wrongly; also soon after nobody wants the answer any more.
ModelDescription describe_model(const std::string& worker_program, const std::filesystem::path& model_folder,
                                const DescribedShape& shape, const std::stop_token& stop = {});

/// Where layers are timed.
struct TimedDevice {
    std::string id;    ///< "cpu", "cuda:0"
    std::string name;  ///< "AMD EPYC": what was measured on one card holds for another one of its kind
    int threads = 1;   ///< CPU threads
};

/// Keeps the measured seconds of each layer under $XDG_CACHE_HOME/fanlight/layer_seconds/, a file for each network
/// architecture, shape, device and number of threads: fine-tuned models share them, since weights do not change them.
class LayerTimings {
public:
    LayerTimings(std::string worker_program, std::filesystem::path model_folder);

    /// One a layer of the description; empty where nothing has been measured.
    std::vector<double> known(const ModelDescription& model, const TimedDevice& device) const;
    /// The same, measured first where it is not known: a few seconds, a layer in memory at a time. Throws Error.
    std::vector<double> measured(const ModelDescription& model, const TimedDevice& device) const;

private:
    std::filesystem::path file_of(const ModelDescription& model, const TimedDevice& device) const;

    const std::string program_;
    const std::filesystem::path folder_;
};

}  // namespace fanlight
