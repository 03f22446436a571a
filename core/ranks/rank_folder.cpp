#include "core/ranks/rank_folder.h"

#include "core/base/error.h"
#include "core/checkpoints/component_hash.h"
#include "core/config/hash_cache.h"
#include "core/config/lora_catalog.h"
#include "core/config/model_catalog.h"
#include "core/output/image_marks.h"
#include "core/output/run_results.h"
#include "core/ranks/rank_lines.h"

namespace fanlight {

namespace fs = std::filesystem;

RankFolder::RankFolder(fs::path path, const RunPlan& run, int rank)
    : path_(std::move(path)), run_(run), journal_(path_ / ".fanlight", "journal-" + std::to_string(rank) + ".jsonl") {
    journal_.truncate_torn_end();
}

FileHashes file_hashes(const PlannedModel& model) {
    FileHashes hashes;
    if (is_model(model.model_folder)) hashes.model = model_hash(model.model_folder);
    for (const Lora& lora : model.recipe.loras)
        hashes.loras.push_back(fs::is_regular_file(lora.file) ? cached_lora_hash(lora.file) : "");
    for (const NamedEmbedding& embedding : model.recipe.embeddings)
        hashes.embeddings.push_back(fs::is_regular_file(embedding.file) ? cached_sha256(embedding.file) : "");
    for (const ReplacedComponent& component : model.recipe.components)
        hashes.components.push_back(fs::exists(component.file) ? component_hash(component.file, &cached_sha256) : "");
    return hashes;
}

void RankFolder::record(const std::vector<JournalRecord>& records) {
    const std::lock_guard lock(recording_);
    journal_.append(records);
}

RankFolder::Recorded RankFolder::recorded() const {
    DoneIndex records = index();
    const std::set<std::string> culled = culled_images(path_);
    Recorded recorded;
    for (const Item& item : run_.items)
        if (const auto result = records.find(item.index);
            result && (culled.contains(item.place) || holds(item, *result)))
            recorded.done.push_back(item.index);
    for (const auto& [item, record] : records.failed()) recorded.failed.push_back(item);
    return recorded;
}

bool RankFolder::holds(const Item& item, const Result& result) const {
    try {
        check_result(item, result);
    } catch (const Error&) {
        return false;
    }
    const ResultFile* file = result.file();
    std::error_code error;
    const auto bytes = file ? fs::file_size(path_ / item.place, error) : 0;
    return !file || (!error && bytes == static_cast<std::uintmax_t>(file->bytes));
}

void RankFolder::write_results(const RankLead& lead) const {
    DoneIndex records = index();
    const std::set<std::string> culled = culled_images(path_);
    const auto results = open_run_results(path_, run_.items, run_.csv);
    for (const Item& item : run_.items) {
        if (culled.contains(item.place)) continue;
        const Result* elsewhere = lead.file_elsewhere(item.index);
        const auto here = lead.done().contains(item.index) ? records.find(item.index) : std::nullopt;
        const auto failed = records.failed().find(item.index);
        if (elsewhere)
            results->add(item, *elsewhere);
        else if (here)
            results->add(item, *here);
        else if (failed != records.failed().end())
            results->add(item, failed->second);
    }
    results->commit();
}

}  // namespace fanlight
