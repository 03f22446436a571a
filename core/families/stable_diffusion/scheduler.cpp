#include "core/families/stable_diffusion/scheduler.h"

#include <string>

#include "core/batch/names.h"

namespace fanlight {

Json corrected_scheduler_config(Json config) {
    const Json own_class = config.value("_class_name", Json());
    const bool has_sampler = own_class.is_string() && find_sampler_by_class(own_class.get<std::string>()) != nullptr;
    if (config.contains("steps_offset") || has_sampler) config["steps_offset"] = 1;
    if (config.contains("clip_sample") || own_class == "DDIMScheduler") config["clip_sample"] = false;
    return config;
}

}  // namespace fanlight
