#pragma once

#include <string>
#include <vector>

namespace fanlight {

/// `fanlight-worker measure FOLDER --dtype D --width W --height H --tokens N --batch-size B --guided 0|1 --device D
/// --threads T --rounds-seconds S`: prints how many seconds each layer takes for one evaluation there, {"device_name":
/// …, "layer_seconds": […]}. Layers are loaded one at a time; no round through them begins after S seconds. Returns the
/// exit status; throws Error.
int measure_layers(const std::vector<std::string>& arguments);

}  // namespace fanlight
