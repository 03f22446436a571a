#include "core/run/append_items.h"

#include "core/base/error.h"
#include "core/batch/items.h"
#include "core/config/embedding_catalog.h"
#include "core/families/prompt_layouts.h"
#include "core/output/file_names.h"

namespace fanlight {

namespace fs = std::filesystem;

std::vector<Item> further_items(const RunPlan& plan, const std::vector<PromptRow>& rows) {
    const auto count = static_cast<int64_t>(plan.items.size());
    const Task& first = plan.items.front().task;
    PromptLayouts layouts(plan.model_folder, embeddings_of(plan.recipe, plan.model_folder));
    const uint64_t counted = plan.same_seed ? 0 : static_cast<uint64_t>(count);
    const Task next =
        first.with({.emphasis = plan.emphasis}).with_seed(first.seed() + counted, static_cast<uint64_t>(count));
    RowDefaults defaults{next, 1, plan.same_seed};
    defaults.finish = [&](Task& task, const Place& where) { layouts.set(task, where); };
    std::vector<Item> items = expand(rows, defaults);
    for (Item& item : items) {
        item.index += count;
        item.row += plan.items.back().row + 1;
    }
    name_items(items, default_name_pattern, plan.recipe.model);
    for (Item& item : items) item.recipe = plan.items.front().recipe;
    return items;
}

void append_items(RunFolder& run, const std::vector<Item>& items) {
    std::error_code error;
    for (const Item& item : items)
        if (!item.place.empty() && fs::exists(fs::symlink_status(run.path / item.place, error)))
            throw Error("%1 exists already and is in the way of a new image", (run.path / item.place));
    std::vector<Item>& all = run.plan.items;
    const size_t before = all.size();
    try {
        all.insert(all.end(), items.begin(), items.end());
        check_plan(run.plan, Sentence("The run"));
        write_plan(run.plan, run.path / ".fanlight" / "run.json");
    } catch (...) {
        all.resize(before);
        throw;
    }
}

}  // namespace fanlight
