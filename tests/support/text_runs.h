#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/batch/text_task.h"
#include "core/output/journal.h"
#include "core/protocol/run_plan.h"

/// Run folders of texts, as an owner leaves them.
namespace fanlight {

inline RunPlan text_plan(const std::vector<std::string>& prompts) {
    RunPlan plan;
    plan.model_folder = "/model";
    plan.recipe = {.model = "tiny", .model_hash = std::string(64, '0')};
    plan.devices = {"cpu"};
    plan.placement = replicas_on(plan.devices);
    for (const std::string& prompt : prompts) {
        const auto index = static_cast<int64_t>(plan.items.size());
        plan.items.push_back({index, index, "", TextTask{.prompt = prompt}});
    }
    set_recipes(plan);
    return plan;
}

inline Result answered(int64_t item, const std::string& text, const std::string& finish = "eos") {
    return {.item = item, .content = ResultRecord{text, {{"finish", finish}, {"new_tokens", 7}}}, .seconds = 0.5};
}

inline void write_text_run(const std::filesystem::path& folder, const std::vector<std::string>& prompts,
                           const std::vector<JournalRecord>& records) {
    std::filesystem::create_directories(folder / ".fanlight");
    write_plan(text_plan(prompts), folder / ".fanlight" / "run.json");
    Journal(folder / ".fanlight").append(records);
}

}  // namespace fanlight
