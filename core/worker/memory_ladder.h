#pragma once

#include <map>
#include <optional>
#include <string>

#include "core/base/sentence.h"
#include "core/pipelines/pipeline.h"
#include "core/protocol/messages.h"
#include "core/weights/weights.h"

namespace fanlight {

/// How a whole model is opened.
struct Opening {
    Weights::Placement placement;
    Part part = {};
    bool alone = false;  ///< without a second copy of the network (Part::cfg_device)
};

/// What a worker does, one rung after the other, about a model that needs more memory than its devices have: none
/// changes a pixel, and each costs time. A model keeps its rungs for as long as the worker lives, whatever its LoRAs:
/// what was too little once would be so again. A CPU has none: weights are views of the mapped file there, so that the
/// system takes their pages back by itself, and to offload them would free nothing. One thread.
class MemoryLadder {
public:
    /// The same way to open the model that is loaded, with the rungs that it is on.
    Opening opening(const protocol::Load& load, const Weights::Placement& placement) const;

    /// Takes the next rung for the model, and says which; nullopt: there is none left. From then on opening() opens it
    /// so. Throws Error if the folder holds no model.
    std::optional<Sentence> climb(const protocol::Load& load, const Weights::Placement& placement);

private:
    std::map<std::string, size_t> heights_;  ///< by the model's folder: how many of the table's rungs are behind it
};

}  // namespace fanlight
