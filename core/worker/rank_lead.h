#pragma once

#include <map>
#include <set>

#include "core/protocol/run_plan.h"
#include "core/worker/rank_report.h"

namespace fanlight {

/// What rank 0 knows of an SPMD run, from the reports of all: what is made, by whom, and what is still to be made. When
/// a rank is lost or can go on no more, the others are given what it leaves, in another round.
class RankLead {
public:
    RankLead(const RunPlan& run, int ranks) : run_(run), ranks_(ranks) {}

    /// `name`: "rank 1 on nodeb". What is said of no item of the run is passed over.
    void take(int rank, const std::string& name, const RankReport& report);
    /// It is gone.
    void give_up(int rank);
    bool has_given_up(int rank) const { return gone_.contains(rank); }

    /// Once all reports of a round are taken.
    RoundOrders next_round();

    const std::map<int64_t, Result>& done() const { return done_; }
    /// Done, as this rank was the first to report.
    std::vector<Result> reported_by(int rank) const;

private:
    void lose(int rank);
    bool is_item(const Result& record) const;

    const RunPlan& run_;
    const int ranks_;
    std::map<int64_t, Result> done_;
    std::map<int64_t, int> reporters_;
    std::set<int64_t> failed_;
    std::set<int> unable_, gone_;  ///< those who are gone are unable, too
    std::string own_name_;
    std::string refusal_;
    bool another_round_ = true;
};

}  // namespace fanlight
