#pragma once

#include <functional>
#include <list>
#include <memory>

#include "core/pipelines/pipeline.h"
#include "core/protocol/messages.h"

namespace fanlight {

/// The models that a worker has loaded: the one in use and, as far as memory lasts, those that were in use before it,
/// so that rows that go back and forth between a few models wait for each only once. One thread.
class KeptModels {
public:
    /// The one in use; nullptr: there is none.
    Pipeline* current() const { return models_.empty() ? nullptr : models_.front().pipeline.get(); }

    /// Makes the one current that holds everything that is asked for. False: there is none.
    bool take_up(const protocol::Load& asked);

    /// Loads a model by `load_model`, which becomes the current one. Others are dropped, the one that was used longest
    /// ago first, while main memory is short for one more, and when `load_model` finds too little memory; it is then
    /// called again. Throws what it throws; there is no current model then, and the others are kept.
    void load(const protocol::Load& asked, const std::function<std::unique_ptr<Pipeline>()>& load_model);

    /// Drops all but the current one. False: there are no others.
    bool drop_others();
    void clear() { models_.clear(); }

private:
    struct Kept {
        protocol::Load load;
        std::unique_ptr<Pipeline> pipeline;
    };

    bool drop_oldest();

    std::list<Kept> models_;  ///< the most recent one first
};

}  // namespace fanlight
