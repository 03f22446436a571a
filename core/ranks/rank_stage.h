#pragma once

#include <map>

#include "core/ranks/rank_share.h"
#include "core/worker/stage_loop.h"

namespace fanlight {

/// A stage's micro-batches under an external launcher: they come from the pipeline's share of the plan.
class RankStage : public StageDuties {
public:
    RankStage(RankShare& share, ShareEvents events) : share_(share), events_(std::move(events)) {}

    bool expects() override { return !open_.empty() || learn(); }
    const std::vector<Item>& items_of(int64_t micro_batch) override;
    std::optional<int64_t> next(bool wait) override;
    bool stepped(int64_t, Generation&) override { return true; }
    void made(int64_t micro_batch, const Outputs& outputs, const ResultWriter::Seconds& seconds) override;
    void failed(int64_t micro_batch, const Failure& failure) override;
    void closed(int64_t micro_batch) override { open_.erase(micro_batch); }

private:
    bool learn();

    RankShare& share_;
    const ShareEvents events_;
    std::map<int64_t, std::vector<Item>> open_;
    int64_t known_ = 0;
    bool over_ = false;
};

}  // namespace fanlight
