#pragma once

#include <functional>

#include "core/pipelines/pipeline.h"
#include "core/protocol/messages.h"

namespace fanlight {

/// The part of its model that a process loads, with what the order says of text encoders. `tell`: takes what there is
/// to say of encoded texts on disk, from the thread that computes. Throws Error if a device does not exist.
Part loaded_part(const protocol::Load& load, std::function<void(const Sentence& note)> tell);

}  // namespace fanlight
