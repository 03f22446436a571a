#pragma once

#include <map>
#include <set>

#include "core/output/journal.h"
#include "core/protocol/run_plan.h"
#include "core/ranks/rank_report.h"

namespace fanlight {

/// What rank 0 knows about an SPMD run: what is done, and what is still to be made. An item has ended once rank 0 has a
/// record of it, from its own folder or from the rank that made it. If a rank is lost or cannot continue, the others
/// get its remaining work in another round.
class RankLead {
public:
    RankLead(const RunPlan& run, int ranks) : run_(run), ranks_(ranks) {}

    /// What the journals in rank 0's folder record; call it before take().
    void find(const ItemNumbers& done, const ItemNumbers& failed);
    /// `name`: "rank 1 on nodeb". Returns the reported items of which there is no record yet.
    ItemNumbers take(int rank, const std::string& name, const RankReport& report);
    /// One of these has come. A file stays with the rank until it is gathered.
    void receive(int rank, const JournalRecord& record);
    /// The rank has gone.
    void abandon(int rank);
    bool has_abandoned(int rank) const { return gone_.contains(rank); }

    /// Call it once all reports of a round have been taken.
    RoundOrders next_round();

    const std::set<int64_t>& done() const { return done_; }
    /// The files that are in this rank's folder and not in rank 0's, by item.
    const std::map<int64_t, Result>& files_of(int rank) { return files_[rank]; }
    /// nullptr if the item is no file in another rank's folder.
    const Result* file_elsewhere(int64_t item) const;

private:
    void lose(int rank);

    const RunPlan& run_;
    const int ranks_;
    std::set<int64_t> done_, failed_;
    std::set<int64_t> recorded_failures_;  ///< also those of earlier starts, which are tried again
    std::map<int, std::map<int64_t, Result>> files_;
    std::set<int> unable_, gone_;  ///< abandoned ranks are unable, too
    std::string own_name_;
    std::string refusal_;
    bool another_round_ = true;
};

}  // namespace fanlight
