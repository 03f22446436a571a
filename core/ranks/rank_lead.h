#pragma once

#include <map>
#include <set>

#include "core/protocol/run_plan.h"
#include "core/ranks/rank_report.h"

namespace fanlight {

/// What rank 0 knows about an SPMD run from all ranks' reports: what is done, by whom, and what is still to be made.
/// If a rank is lost or cannot continue, the others get its remaining work in another round.
class RankLead {
public:
    RankLead(const RunPlan& run, int ranks) : run_(run), ranks_(ranks) {}

    /// `name`: "rank 1 on nodeb". Reports about unknown items are ignored.
    void take(int rank, const std::string& name, const RankReport& report);
    /// The rank has gone.
    void abandon(int rank);
    bool has_abandoned(int rank) const { return gone_.contains(rank); }

    /// Call it once all reports of a round have been taken.
    RoundOrders next_round();

    const std::map<int64_t, Result>& done() const { return done_; }
    /// The items that this rank was the first to report as done.
    std::vector<Result> reported_by(int rank) const;

private:
    void lose(int rank);
    bool is_item(const Result& record) const;

    const RunPlan& run_;
    const int ranks_;
    std::map<int64_t, Result> done_;
    std::map<int64_t, int> reporters_;
    std::set<int64_t> failed_;
    std::set<int> unable_, gone_;  ///< abandoned ranks are unable, too
    std::string own_name_;
    std::string refusal_;
    bool another_round_ = true;
};

}  // namespace fanlight
