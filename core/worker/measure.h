#pragma once

#include <string>
#include <vector>

namespace fanlight {

/// `fanlight-worker measure FOLDER --dtype D --width W --height H --batch-size B --guided 0|1 --device D --threads T`:
/// prints the seconds that one evaluation of each layer takes there, {"device_name": …, "layer_seconds": […]}. One
/// layer at a time is loaded. Returns the exit status; throws Error.
int measure_layers(const std::vector<std::string>& arguments);

}  // namespace fanlight
