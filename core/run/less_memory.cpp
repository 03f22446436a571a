#include "core/run/less_memory.h"

#include <functional>

#include "core/base/error.h"
#include "core/families/families.h"
#include "core/families/tiling_check.h"

namespace fanlight {

namespace {

/// A model's VAE, by what the run's recipe says of it; false also if that cannot be read any more.
bool makes_tiles(const PlannedModel& model, const ImageTask& image) {
    try {
        KnownModel known = open_model_files(model.model_folder);
        replace_components(known, model.recipe.components);
        return cuts_into_tiles(known, image.width, image.height);
    } catch (const Error&) {
        return false;
    }
}

bool could_tile(const PlannedModel& model, const Item& item) {
    return item.task.is<ImageTask>() && !model.recipe.vae_tiling && makes_tiles(model, image_of(item));
}

/// Puts a model with another recipe in the place of each that it applies to.
void replace_models(RunPlan& plan, const std::function<bool(const PlannedModel&)>& applies,
                    const std::function<void(Recipe&)>& change) {
    const int before = plan.models();
    for (int number = 0; number < before; ++number) {
        if (latest_model(plan, number) != number || !applies(plan.model(number))) continue;
        PlannedModel other = plan.model(number);
        other.in_place_of = number;
        change(other.recipe);
        plan.others.push_back(std::move(other));
    }
}

const PlannedModel& first_model(const RunPlan& plan, int number) {
    while (plan.model(number).in_place_of >= 0) number = plan.model(number).in_place_of;
    return plan.model(number);
}

}  // namespace

std::optional<Sentence> take_less_memory(RunPlan& plan, const Item& too_large) {
    if (plan.on_oom != OnOom::Any) return std::nullopt;
    if (could_tile(plan.model(too_large.model), too_large)) {
        replace_models(
            plan, [&](const PlannedModel& model) { return could_tile(model, too_large); },
            [](Recipe& recipe) { recipe.vae_tiling = true; });
        return Sentence("No device has enough memory for %1: from now on, the run's images are decoded in tiles",
                        name_of(too_large));
    }
    const int fewer = recipe_of(too_large).batch_size / 2;
    if (fewer < 1) return std::nullopt;
    replace_models(
        plan, [&](const PlannedModel& model) { return model.recipe.batch_size > fewer; },
        [&](Recipe& recipe) { recipe.batch_size = fewer; });
    return Sentence("No device has enough memory for %1: from now on, the run makes %2", name_of(too_large),
                    counted(fewer, "%n item at a time", "%n items at a time"));
}

Sentence with_trials(const RunPlan& plan, const Item& item, const Sentence& reason) {
    const Recipe &first = first_model(plan, item.model).recipe, &last = plan.model(item.model).recipe;
    Sentence all = reason;
    if (last.vae_tiling && !first.vae_tiling) all = Sentence("%1; tiles of the VAE did not suffice", all.open());
    if (last.batch_size < first.batch_size)
        all = Sentence("%1; a micro-batch of %2 did not suffice", all.open(), last.batch_size);
    return all;
}

}  // namespace fanlight
