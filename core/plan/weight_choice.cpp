#include "core/plan/weight_choice.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/devices/device_list.h"
#include "core/plan/place_run.h"

namespace fanlight {

namespace {

bool is_any_fetched(const Placement& placement) {
    return std::any_of(placement.workers.begin(), placement.workers.end(), [&](const PlacedWorker& worker) {
        return std::any_of(placement.device_map.begin(), placement.device_map.end(), [&](const auto& entry) {
            return !worker.owns.empty() && only_stores(entry.second, worker.owns.front());
        });
    });
}

/// What keeps dequantised weights out of the devices' memory; empty: nothing.
Sentence problem_of(const ModelDescription& model, const PlacementSite& site, PlacementRequest request,
                    const Workload& work) {
    request.host_memory = site.host_memory;
    const Placement placement = predict_placement(model, site.devices, request, work);
    if (placement.problem.empty() && is_any_fetched(placement))
        return "some would have to be fetched from main memory at each step";
    return placement.problem;
}

/// For one of the run's models.
WeightChoice chosen(RunPlan& plan, int number, WeightForm asked, const PlacementRequest& request,
                    const SiteOfModel& site) {
    PlannedModel& model = plan.model(number);
    model.packed_weights = true;
    const ModelDescription packed = describe_run(plan, number);
    model.packed_weights = false;
    const ModelDescription dequantised = describe_run(plan, number);
    WeightChoice choice{.dequantised_bytes = dequantised.bytes(), .packed_bytes = packed.bytes()};
    if (choice.dequantised_bytes == choice.packed_bytes) {
        if (asked == WeightForm::Packed)
            plan.notes.push_back(
                Sentence("The files of the model %1 hold no packed weights, so none can stay packed in memory",
                         model.recipe.model));
        return {};
    }
    if (asked == WeightForm::Auto)
        choice.why = problem_of(dequantised, site(dequantised, number), request, workload_of(plan, number));
    model.packed_weights = asked == WeightForm::Packed || !choice.why.empty();
    return choice;
}

/// The first of the run's models with the same files; or this one's own number.
int first_with_files(const RunPlan& plan, int number) {
    const auto same = [&](int other) {
        return plan.model(other).model_folder == plan.model(number).model_folder &&
               plan.model(other).recipe.components == plan.model(number).recipe.components;
    };
    int first = 0;
    while (!same(first)) ++first;
    return first;
}

}  // namespace

WeightChoice choose_weights(RunPlan& plan, WeightForm asked, const PlacementRequest& request, const SiteOfModel& site) {
    WeightChoice of_first;
    for (int number = 0; number < plan.models(); ++number) {
        PlannedModel& model = plan.model(number);
        const int first = first_with_files(plan, number);
        if (first < number) {
            model.packed_weights = plan.model(first).packed_weights;
            continue;
        }
        try {
            WeightChoice choice = chosen(plan, number, asked, request, site);
            if (number == 0) of_first = std::move(choice);
        } catch (const Error&) {
            model.packed_weights = asked == WeightForm::Packed;
        }
    }
    return of_first;
}

WeightChoice choose_weights(RunPlan& plan, WeightForm asked, const PlacementRequest& request) {
    return choose_weights(plan, asked, request, [&](const ModelDescription& model, int number) {
        const LayerTimings timings(plan.model(number).model_folder);
        return PlacementSite{planned_devices(plan, model, timings, false, request.served),
                             list_devices().back().memory_free};
    });
}

}  // namespace fanlight
