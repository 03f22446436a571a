#include "core/families/stable_diffusion/scheduler.h"

#include "core/batch/names.h"

namespace fanlight {

Json corrected_scheduler_config(Json config) {
    const Json corrections = {{"steps_offset", 1}, {"clip_sample", false}};
    for (const auto& [key, value] : corrections.items())
        if (config.contains(key)) config[key] = value;
    config[own_class_keys] = corrections;
    return config;
}

}  // namespace fanlight
