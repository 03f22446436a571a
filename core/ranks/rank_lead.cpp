#include "core/ranks/rank_lead.h"

#include "core/base/error.h"

namespace fanlight {

namespace {

/// How another machine's files differ from the recipe; empty: they do not.
std::string difference(const Recipe& recipe, const FileHashes& theirs, const std::string& name,
                       const std::string& own_name) {
    constexpr size_t digits = 16;
    const auto sentence = [&](const std::string& what, const std::string& here, const std::string& there) {
        return what + " differs: " + name + " has SHA-256 " + there.substr(0, digits) + "… and " + own_name + " has " +
               here.substr(0, digits) + "…; put the same files on both machines";
    };
    if (!theirs.model.empty() && !recipe.model_hash.empty() && theirs.model != recipe.model_hash)
        return sentence("The model " + recipe.model, recipe.model_hash, theirs.model);
    std::string first;
    const auto compare = [&](const std::string& what, const auto& own, const std::vector<std::string>& there) {
        for (size_t i = 0; i < std::min(own.size(), there.size()) && first.empty(); ++i)
            if (!there[i].empty() && there[i] != own[i].hash)
                first = sentence(what + " " + own[i].name, own[i].hash, there[i]);
    };
    compare("The LoRA", recipe.loras, theirs.loras);
    compare("The embedding", recipe.embeddings, theirs.embeddings);
    compare("The file", recipe.components, theirs.components);
    return first;
}

}  // namespace

void RankLead::find(const ItemNumbers& done, const ItemNumbers& failed) {
    done_.insert(done.begin(), done.end());
    recorded_failures_.insert(failed.begin(), failed.end());
}

ItemNumbers RankLead::take(int rank, const std::string& name, const RankReport& report) {
    ItemNumbers missing;
    for (const int64_t item : report.done)
        if (!done_.contains(item)) missing.push_back(item);
    for (const int64_t item : report.failed)
        if (rank == 0 || recorded_failures_.contains(item))
            failed_.insert(item);
        else if (!done_.contains(item))
            missing.push_back(item);
    if (!report.able) lose(rank);
    if (rank == 0) own_name_ = name;
    const auto models = std::min<size_t>(report.models.size(), static_cast<size_t>(run_.models()));
    for (size_t i = 0; i < models && refusal_.empty(); ++i)
        refusal_ = difference(run_.model(static_cast<int>(i)).recipe, report.models[i], name, own_name_);
    return missing;
}

void RankLead::receive(int rank, const JournalRecord& record) {
    if (const auto* failed = std::get_if<FailedRecord>(&record)) failed_.insert(failed->item);
    const auto* done = std::get_if<Result>(&record);
    if (!done) return;
    done_.insert(done->item);
    if (done->file()) files_[rank].emplace(done->item, *done);
}

const Result* RankLead::file_elsewhere(int64_t item) const {
    for (const auto& [rank, files] : files_)
        if (const auto found = files.find(item); found != files.end()) return &found->second;
    return nullptr;
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

}  // namespace fanlight
