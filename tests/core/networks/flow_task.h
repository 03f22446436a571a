#pragma once

#include <string>

#include "core/base/json.h"
#include "core/batch/image_task.h"

namespace fanlight {

/// A picture of a golden script's list, of a family that predicts a flow. `number`: among those of its micro-batch.
inline ImageTask flow_task(const Json& image, size_t number) {
    const Json scheduler = image["scheduler"];
    ImageTask task{.prompt = image["prompts"][number],
                   .seed = 40 + number,
                   .steps = image["steps"],
                   .cfg_scale = image["cfg_scale"],
                   .width = image["width"],
                   .height = image["height"],
                   .sampler = image.value("sampler", "euler"),
                   .schedule = std::string("default")};
    for (const char* schedule : {"karras", "exponential", "beta"})
        if (scheduler.value(std::string("use_") + schedule + "_sigmas", false)) task.schedule = std::string(schedule);
    if (scheduler.contains("shift")) task.shift = scheduler["shift"].get<double>();
    return task;
}

}  // namespace fanlight
