#pragma once

#include <string>
#include <tuple>

#include "core/batch/request.h"

namespace fanlight {

/// What the images of one micro-batch have in common: they go through the network as one tensor, step by step.
using MicroBatchKey = std::tuple<int, int, int, std::string, std::string, int, bool>;

inline MicroBatchKey micro_batch_key(const ImageParameters& p) {
    return {p.width, p.height, p.steps, p.sampler, p.schedule, p.clip_skip, p.cfg_scale > 1};
}

}  // namespace fanlight
