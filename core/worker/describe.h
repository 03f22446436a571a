#pragma once

#include <string>
#include <vector>

namespace fanlight {

/// `fanlight-worker describe FOLDER --dtype D --width W --height H --batch-size B --guided 0|1`: prints the model's
/// ModelDescription as one line of JSON, without loading it. Returns the exit status; throws Error.
int describe_model(const std::vector<std::string>& arguments);

/// `fanlight-worker measure …`, the same options and --device and --threads: prints the seconds that one evaluation of
/// each layer takes there, {"device_name": …, "layer_seconds": […]}. One layer at a time is loaded.
int measure_layers(const std::vector<std::string>& arguments);

}  // namespace fanlight
