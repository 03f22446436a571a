#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace fanlight {

// Messages of ranks to each other through the store, which every process may keep in memory: they name items, in
// ranges, and what was made of these travels as RankLines.

/// Item numbers.
using ItemNumbers = std::vector<int64_t>;

/// Ascending, as ranges.
std::string to_text(const ItemNumbers& items);
/// Throws Error on anything else, or if one is not below `count`, the number of the run's items.
ItemNumbers items_in(const std::string& text, size_t count);

/// SHA-256 of a model's files on a machine; "": not there, and not compared.
struct FileHashes {
    std::string model;
    std::vector<std::string> loras, embeddings, components;  ///< in the recipe's order
};

/// What each process of an SPMD run reports to rank 0 before a round: what has become of items since its last report.
struct RankReport {
    bool able = true;                     ///< it can make more
    std::vector<FileHashes> models = {};  ///< of this machine, in the run's order; empty: not compared
    ItemNumbers done, failed;

    bool empty() const { return done.empty() && failed.empty(); }
};

std::string to_text(const RankReport& report);
/// Throws Error on anything else. `count` as above.
RankReport report_in(const std::string& text, size_t count);

/// Rank 0's reply to all: the work of the round. No items: the run has ended.
struct RoundOrders {
    ItemNumbers items;        ///< to be made by the ranks that are able
    std::vector<int> unable;  ///< ranks that have gone or cannot make more
    int64_t left = 0;         ///< number of items not yet made
    std::string refusal;      ///< why the run is refused; empty: it is not
};

std::string to_text(const RoundOrders& orders);
/// Throws Error on anything else. `count` as above.
RoundOrders orders_in(const std::string& text, size_t count);

/// Replicas or pipelines (numbered in the order of their ranks, `stages` ranks each) all of whose ranks are able.
std::vector<int> able_makers(const std::vector<int>& unable, int ranks, int stages);

}  // namespace fanlight
