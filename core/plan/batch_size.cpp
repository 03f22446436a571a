#include "core/plan/batch_size.h"

#include <algorithm>
#include <cmath>

#include "core/base/error.h"
#include "core/batch/classify_task.h"
#include "core/batch/image_task.h"
#include "core/batch/score_task.h"
#include "core/batch/text_task.h"
#include "core/devices/memory_reserve.h"
#include "core/devices/placement.h"
#include "core/devices/program_memory.h"
#include "core/families/families.h"
#include "core/plan/layer_timings.h"

namespace fanlight {

namespace {

/// What each device of a run says on its own; the smallest number holds.
using Chooser = BatchSize (*)(const BatchSizePremises& premises, const Device& device);

DescribedShape shape_of(const BatchSizePremises& p, const TaskShape& task, int items) {
    return {.dtype = p.dtype,
            .width = task.width,
            .height = task.height,
            .tokens = task.tokens,
            .batch_size = items,
            .guided = task.guided,
            .scored = task.scored,
            .vae_tiling = p.vae_tiling,
            .packed = p.packed_weights};
}

/// The device as it is planned with. Workers on a CPU share its memory, and their number must not count: so what they
/// need besides the weights has to fit four times.
PlanDevice planned(const BatchSizePremises& p, const Device& device, const ModelDescription& model) {
    constexpr int64_t workers = 4;
    int64_t memory = memory_for_run(device, p.reserved, false);
    if (device.kind == "cpu") memory = std::min(memory, model.bytes() + (memory - model.bytes()) / workers);
    return {.id = device.id, .memory = memory};
}

bool has_room_for_weights(const PlanDevice& device, const ModelDescription& model) {
    return model.bytes() + program_memory_on(device.id) <= device.memory;
}

/// A whole model on the device.
Placement placed(const PlanDevice& device, const ModelDescription& model, int evaluations) {
    constexpr int64_t many = 1 << 20;  // no micro-batch of them is short
    return predict_placement(model, {device}, {},
                             {.images = many, .batch_size = model.shape.batch_size, .steps = evaluations});
}

// Texts

/// Tokens for which the cache of a row is planned: how long prompts are is not known, so many are long enough.
int planned_tokens(const BatchSizePremises& p) {
    constexpr int64_t prompt = 2048;
    const int64_t all = prompt + p.task.shape().tokens;
    return static_cast<int>(p.context > 0 ? std::min(all, p.context) : all);
}

BatchSize most_rows(const BatchSizePremises& p, const Device& device) {
    const bool is_cpu = device.kind == "cpu";
    // A CPU is busy by then, and a row more takes as much longer; a GPU reads the weights once for all rows.
    const int most = is_cpu ? 32 : 64;
    TaskShape shape = p.task.shape();
    shape.tokens = planned_tokens(p);
    int rows = 0;
    for (int tried = 1; tried <= most; tried *= 2) {
        const ModelDescription model = describe_model(p.model_folder, shape_of(p, shape, tried), p.components);
        const PlanDevice planned_device = planned(p, device, model);
        // What is free of a device that holds a part of the model depends on the mode, which must not count.
        if (!has_room_for_weights(planned_device, model))
            return {default_batch_size(TextTask::kind),
                    Sentence("the default, since %1 has no room for the whole model", device.id)};
        if (!placed(planned_device, model, p.task.evaluations()).problem.empty()) break;
        rows = tried;
    }
    if (rows == most)
        return {rows, is_cpu ? Sentence("more rows gain little on a CPU") : Sentence("more rows gain little on a GPU")};
    if (rows == 0) return {1, Sentence("%1 hardly has room for a row of %2 tokens", device.id, shape.tokens)};
    return {rows, Sentence("%1 has room for %2 of %3 tokens, and not for %4", device.id,
                           counted(rows, "%n row", "%n rows"), shape.tokens, 2 * rows)};
}

// Images

/// Images per hour on the device; or why that is not known.
struct Trial {
    double rate = 0;
    Sentence problem;
};

Trial tried(const BatchSizePremises& p, const Device& device, int items) {
    constexpr TimingLimits soon{.rounds_seconds = 2, .most_seconds = 15};
    const ModelDescription model = describe_model(p.model_folder, shape_of(p, p.task.shape(), items), p.components);
    PlanDevice timed = planned(p, device, model);
    const auto predicted = [&] { return placed(timed, model, p.task.evaluations()); };
    if (!predicted().problem.empty())
        return {0, Sentence("%1 has no room for %2", device.id, counted(items, "%n image", "%n images"))};
    if (device.name.empty()) return {0, Sentence("%1 is only assumed, so no layer can be timed there", device.id)};
    try {
        timed.layer_seconds = LayerTimings(p.model_folder).measured(model, {device.id, device.name, p.threads}, soon);
    } catch (const Error& error) {
        return {0, Sentence("%1 could not be timed in a few seconds: %2", counted(items, "%n image", "%n images"),
                            error.sentence())};
    }
    return {predicted().images_per_hour, {}};
}

BatchSize fastest(const BatchSizePremises& p, const Device& device) {
    constexpr int most = 8;
    constexpr double least_gain = 1.05;
    Trial best = tried(p, device, 1);
    if (!best.problem.empty()) return {1, best.problem};
    for (int items = 2; items <= most; items *= 2) {
        const Trial next = tried(p, device, items);
        if (!next.problem.empty()) return {items / 2, next.problem};
        const auto gain = static_cast<int>(std::floor(100 * (next.rate / best.rate - 1)));
        if (next.rate < least_gain * best.rate)
            return {items / 2, gain > 0
                                   ? Sentence("%1 at a time make only %2 % more images on %3", items, gain, device.id)
                                   : Sentence("%1 at a time make no more images on %2", items, device.id)};
        best = next;
    }
    return {most, "no more are tried"};
}

// All tasks

/// Texts that are judged are read one at a time: more of them in a micro-batch take no more memory and gain nothing.
BatchSize usual_judgements(const BatchSizePremises& p, const Device&) {
    return {default_batch_size(std::string(p.task.kind())), "the default, since texts are read one at a time"};
}

struct OfTask {
    const char* kind;
    int usual;
    Chooser choose;
};
constexpr OfTask of_tasks[] = {{ImageTask::kind, 1, &fastest},
                               {TextTask::kind, 8, &most_rows},
                               {ClassifyTask::kind, 8, &usual_judgements},
                               {ScoreTask::kind, 8, &usual_judgements}};

const OfTask* find_task(std::string_view kind) {
    const auto* found =
        std::find_if(std::begin(of_tasks), std::end(of_tasks), [&](const OfTask& each) { return each.kind == kind; });
    return found == std::end(of_tasks) ? nullptr : found;
}

}  // namespace

std::string text_of(const BatchSize& size) {
    return "batch size " + std::to_string(size.items) + (size.why.empty() ? "" : " (auto: " + size.why.text() + ")");
}

int default_batch_size(const std::string& task) {
    const OfTask* own = find_task(task);
    return own ? own->usual : 1;
}

BatchSize choose_batch_size(const BatchSizePremises& premises) {
    const OfTask* own = find_task(premises.task.kind());
    if (!own) return {1, "nothing is known of such tasks"};
    BatchSize least;
    for (const Device& device : premises.devices) {
        const BatchSize found = own->choose(premises, device);
        if (least.why.empty() || found.items < least.items) least = found;
    }
    return least;
}

}  // namespace fanlight
