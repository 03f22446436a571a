#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/output/journal.h"

namespace fanlight {

/// What each process of an SPMD run reports to rank 0 before a round: what it has made since its last report.
struct RankReport {
    bool able = true;                      ///< it can make more
    std::string model_hash;                ///< of this machine's model; empty: not compared
    std::vector<std::string> lora_hashes;  ///< likewise, in the recipe's order
    std::vector<int64_t> failed;           ///< items that cannot be made
    std::vector<Result> done;
};

std::string to_text(const RankReport& report);
/// Throws Error on anything else.
RankReport report_in(const std::string& text);

/// Rank 0's reply to all: the work of the round. No items: the run has ended.
struct RoundOrders {
    std::vector<int64_t> items;  ///< to be made by the ranks that are able
    std::vector<int> unable;     ///< ranks that have gone or cannot make more
    int64_t left = 0;            ///< number of items not yet made
    std::string refusal;         ///< why the run is refused; empty: it is not
};

std::string to_text(const RoundOrders& orders);
/// Throws Error on anything else.
RoundOrders orders_in(const std::string& text);

/// Replicas or pipelines (numbered in the order of their ranks, `stages` ranks each) all of whose ranks are able.
std::vector<int> able_makers(const std::vector<int>& unable, int ranks, int stages);

}  // namespace fanlight
