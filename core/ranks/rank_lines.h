#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/output/journal.h"
#include "core/parallel/communicator.h"
#include "core/protocol/run_plan.h"
#include "core/ranks/rank_report.h"

namespace fanlight {

// A rank hands over to rank 0 what has become of its items as the lines of its journal, over Gloo: texts would fill the
// store, which every process may keep in memory. They travel in pieces of limited size, whatever the lines' length.

/// What another process has said cannot be taken: a sentence about it as "it".
class Refused : public Error {
public:
    using Error::Error;
};

/// Sends the lines that `next` returns, until that is nullopt.
void send_lines(Communicator& group, const std::function<std::optional<std::string>()>& next);

/// Receives the pieces that another rank sends and passes each on. Throws Refused if it sends anything else.
void receive_lines(Communicator& group, int from, const std::function<void(std::string_view piece)>& take);

/// Throws Error, a sentence about who recorded it as "it", if this cannot be the item's result.
void check_result(const Item& item, const Result& result);

/// Reads what another process hands over, which is believed only as far as it can be checked.
class LineIntake {
public:
    /// `wanted`: the items of which a record is to come, each once.
    LineIntake(const RunPlan& run, const ItemNumbers& wanted) : run_(run), wanted_(wanted.begin(), wanted.end()) {}

    /// The records, Result or FailedRecord, that a further piece of the lines completes. Throws Refused.
    std::vector<JournalRecord> take(std::string_view piece);
    /// Throws Refused if some have not come.
    void finish() const;

private:
    JournalRecord checked(std::string_view line);

    const RunPlan& run_;
    std::set<int64_t> wanted_;
    std::string begun_;  ///< of the line that the next piece continues
};

}  // namespace fanlight
