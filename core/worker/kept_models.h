#pragma once

#include <functional>
#include <list>
#include <memory>

#include "core/pipelines/pipeline.h"
#include "core/protocol/messages.h"
#include "core/weights/shared_parts.h"

namespace fanlight {

/// The models that a worker has loaded: the one in use and, as far as memory lasts, those that were in use before it,
/// so that rows that go back and forth between a few models wait for each only once. What they have in common is in
/// memory once. On the CPU a model makes way for its variants, which are the same but for their LoRAs: in the memory
/// that it leaves them they are loaded sooner than in new one, so keeping it would gain little. What was reserved for
/// one to work in is room for the next one's work, too. One thread.
class KeptModels {
public:
    using LoadModel = std::function<std::unique_ptr<Pipeline>()>;

    /// The one that was last taken up or loaded; nullptr: there is none.
    Pipeline* current() const { return models_.empty() ? nullptr : models_.front().pipeline.get(); }

    /// What the models have in common, for those who load them.
    const std::shared_ptr<SharedParts>& parts() const { return parts_; }

    /// Makes the one current that holds everything that is asked for. False: there is none.
    bool take_up(const protocol::Load& asked);

    /// Loads a model by `load_model`, which becomes the current one. Others are dropped, the one that was used longest
    /// ago first, while one of the model's devices might be short of memory for it, and when `load_model` finds too
    /// little; it is then called again. Throws what it throws when there are no others left, or for another reason;
    /// those that are left stay.
    void load(const protocol::Load& asked, const LoadModel& load_model);

    /// Drops all but the current one. False: there are no others.
    bool drop_others();
    void clear() { models_.clear(); }

private:
    struct Kept {
        protocol::Load load;
        std::unique_ptr<Pipeline> pipeline;
    };

    bool drop_oldest();
    bool drop_oldest_but_variants(const protocol::Load& asked);
    std::unique_ptr<Pipeline> replace_variants(const protocol::Load& asked, const LoadModel& load_model);

    const std::shared_ptr<SharedParts> parts_ = std::make_shared<SharedParts>();
    std::list<Kept> models_;  ///< the most recent one first
};

}  // namespace fanlight
