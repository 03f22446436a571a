#pragma once

#include <string>

#include "core/protocol/messages.h"
#include "core/protocol/run_plan.h"

namespace fanlight {

/// What a worker with an owner would be told to load: the run's model of this number, on the device `device` of this
/// process; `stage`: which one it is, if it is one. Throws Error naming the file of a text encoder that cannot be read.
protocol::Load rank_orders(const RunPlan& run, int model, const std::string& device, const protocol::Stage& stage);

}  // namespace fanlight
