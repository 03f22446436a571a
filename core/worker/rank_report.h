#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/output/journal.h"

namespace fanlight {

/// What each process of an SPMD run tells rank 0 before a round: what it has made since it told last.
struct RankReport {
    bool able = true;                      ///< it can make more
    std::string model_hash;                ///< of the model that lies here; empty: not compared
    std::vector<std::string> lora_hashes;  ///< likewise, in the recipe's order
    std::vector<int64_t> failed;           ///< items that cannot be made
    std::vector<Result> done;
};

std::string to_text(const RankReport& report);
/// Throws Error on anything else.
RankReport report_in(const std::string& text);

/// What rank 0 answers all: the work of the round. No items: it is over.
struct RoundOrders {
    std::vector<int64_t> items;  ///< to be made by those who are able
    std::vector<int> unable;     ///< ranks that are gone or can make no more
    int64_t left = 0;            ///< items that are not made
    std::string refusal;         ///< why nothing is made at all; empty: there is no reason
};

std::string to_text(const RoundOrders& orders);
/// Throws Error on anything else.
RoundOrders orders_in(const std::string& text);

/// Replicas or pipelines (numbered as their ranks are, `stages` to each) of which every rank is able.
std::vector<int> able_makers(const std::vector<int>& unable, int ranks, int stages);

}  // namespace fanlight
