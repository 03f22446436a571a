#include "core/ranks/rank_lead.h"

#include "core/base/error.h"

namespace fanlight {

namespace {

/// How another machine's files differ from the recipe; empty: they do not.
std::string difference(const Recipe& recipe, const RankReport& report, const std::string& name,
                       const std::string& own_name) {
    constexpr size_t digits = 16;
    const auto sentence = [&](const std::string& what, const std::string& here, const std::string& there) {
        return what + " differs: " + name + " has SHA-256 " + there.substr(0, digits) + "… and " + own_name + " has " +
               here.substr(0, digits) + "…; put the same files on both machines";
    };
    if (!report.model_hash.empty() && !recipe.model_hash.empty() && report.model_hash != recipe.model_hash)
        return sentence("The model " + recipe.model, recipe.model_hash, report.model_hash);
    for (size_t i = 0; i < std::min(recipe.loras.size(), report.lora_hashes.size()); ++i)
        if (!report.lora_hashes[i].empty() && report.lora_hashes[i] != recipe.loras[i].hash)
            return sentence("The LoRA " + recipe.loras[i].name, recipe.loras[i].hash, report.lora_hashes[i]);
    return "";
}

}  // namespace

bool RankLead::is_item(const Result& record) const {
    if (record.item < 0 || record.item >= static_cast<int64_t>(run_.items.size())) return false;
    const std::string& place = run_.items[static_cast<size_t>(record.item)].place;
    return record.file() ? record.file()->name == place : place.empty();
}

void RankLead::take(int rank, const std::string& name, const RankReport& report) {
    for (const Result& record : report.done)
        if (is_item(record) && done_.emplace(record.item, record).second) reporters_[record.item] = rank;
    failed_.insert(report.failed.begin(), report.failed.end());
    if (!report.able) lose(rank);
    if (rank == 0) own_name_ = name;
    if (refusal_.empty()) refusal_ = difference(run_.recipe, report, name, own_name_);
}

void RankLead::abandon(int rank) {
    gone_.insert(rank);
    lose(rank);
}

void RankLead::lose(int rank) { another_round_ |= unable_.insert(rank).second; }

RoundOrders RankLead::next_round() {
    RoundOrders orders{.unable = {unable_.begin(), unable_.end()},
                       .left = static_cast<int64_t>(run_.items.size() - done_.size()),
                       .refusal = refusal_};
    const int stages = stages_of(run_.placement, ranks_);
    // If no rank was lost, the last round has made everything that can be made.
    if (another_round_ && !able_makers(orders.unable, ranks_, stages).empty())
        for (const Item& item : run_.items)
            if (!done_.contains(item.index) && !failed_.contains(item.index)) orders.items.push_back(item.index);
    another_round_ = false;
    return orders;
}

std::vector<Result> RankLead::reported_by(int rank) const {
    std::vector<Result> records;
    for (const auto& [item, reporter] : reporters_)
        if (reporter == rank) records.push_back(done_.at(item));
    return records;
}

}  // namespace fanlight
