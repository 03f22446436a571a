#include "core/run/append_items.h"

#include <algorithm>
#include <map>

#include "core/base/error.h"
#include "core/batch/items.h"
#include "core/batch/lora.h"
#include "core/config/embedding_catalog.h"
#include "core/families/prompt_layouts.h"
#include "core/output/file_names.h"

namespace fanlight {

namespace fs = std::filesystem;

namespace {

bool is_asked_for(const Lora& asked, const Lora& there) {
    return (asked.name == there.name || asked.name == there.file) && asked.weight == there.weight &&
           asked.text_encoder_weight == there.text_encoder_weight;
}

/// The number of the run's model that the row asks for. A run that is being made gets no others: each would have to be
/// found and placed.
int model_asked_for(const RunPlan& plan, PromptRow& row, const Task& defaults) {
    std::optional<std::vector<Lora>> loras = row.overrides.loras;
    const bool is_image = defaults.is<ImageTask>();
    if (is_image && defaults.with(row.overrides).as<ImageTask>().emphasis != Emphasis::Literal)
        if (const auto tagged = take_lora_tags(row); !tagged.empty()) {
            if (!loras) loras = plan.recipe.loras;
            add_loras(*loras, tagged);
        }
    for (int number = 0; number < plan.models(); ++number) {
        const PlannedModel& model = plan.model(number);
        const auto& name = row.overrides.model;
        const bool is_model =
            name ? *name == model.recipe.model || *name == model.model_folder : model.model_folder == plan.model_folder;
        const std::vector<Lora>& own = model.recipe.loras;
        const std::vector<Lora>& asked = loras ? *loras : plan.recipe.loras;
        if (is_model && std::equal(asked.begin(), asked.end(), own.begin(), own.end(), is_asked_for)) return number;
    }
    throw UsageError("%1: no row of the run has its model with its LoRAs; start another run for it.", row.source);
}

const Item& first_of(const RunPlan& plan, int model) {
    return *std::find_if(plan.items.begin(), plan.items.end(), [&](const Item& each) { return each.model == model; });
}

}  // namespace

std::vector<Item> further_items(const RunPlan& plan, const std::vector<PromptRow>& rows) {
    const auto count = static_cast<int64_t>(plan.items.size());
    const uint64_t seed = plan.items.front().task.seed() + (plan.same_seed ? 0 : static_cast<uint64_t>(count));
    const auto like = [&](int model) {
        return first_of(plan, model)
            .task.with({.emphasis = plan.emphasis})
            .with_seed(seed, static_cast<uint64_t>(count));
    };
    int model = 0;
    std::map<int, PromptLayouts> layouts;
    RowDefaults defaults{like(0), 1, plan.same_seed};
    defaults.finish = [&](Task& task, const Place& where) {
        const PlannedModel& own = plan.model(model);
        const auto known = layouts.find(model);
        PromptLayouts& fitting =
            known != layouts.end()
                ? known->second
                : layouts.try_emplace(model, own.model_folder, embeddings_of(own.recipe, own.model_folder))
                      .first->second;
        fitting.set(task, where);
    };
    ItemExpander expander(defaults);
    for (PromptRow row : rows) {
        model = model_asked_for(plan, row, defaults.task);
        if (!component_of(plan.model(model).recipe.components, refiner_kind)) row.overrides.refiner_switch.reset();
        expander.add(row, like(model), model);
    }
    std::vector<Item> items = expander.take();
    for (Item& item : items) {
        item.index += count;
        item.row += plan.items.back().row + 1;
        item.recipe = first_of(plan, item.model).recipe;
    }
    name_items(items, default_name_pattern);
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
