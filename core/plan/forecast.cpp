#include "core/plan/forecast.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/devices/device_list.h"
#include "core/devices/memory_reserve.h"
#include "core/families/families.h"
#include "core/plan/cpu_layout.h"
#include "core/plan/nearest_placement.h"
#include "core/plan/predicted_shares.h"
#include "core/plan/weight_choice.h"

namespace fanlight {

namespace {

/// Where the run would be made, and how fast.
struct Site {
    std::vector<PlanDevice> devices;
    int64_t host_memory = 0;
    bool measured = false;
};

std::vector<Device> assumed_devices(const std::string& assumed) {
    std::vector<Device> devices;
    for (const auto& [id, bytes] : parse_max_memory(assumed)) {
        if (id == "disk") throw UsageError("--assume: the disk is not a device that computes");
        devices.push_back({.id = id, .kind = id == "cpu" ? "cpu" : "cuda", .memory_free = static_cast<int64_t>(bytes)});
    }
    return devices;
}

/// The run's devices are a selection of the assumed ones. An assumed "cpu" also gives the host's memory; without one,
/// this machine's counts.
Site assumed_site(const RunPlan& run, const std::vector<Device>& assumed) {
    Site site;
    for (const std::string& id : run.devices)
        for (const Device& device : assumed)
            if (device.id == id)
                site.devices.push_back({.id = id, .memory = memory_for_run(device, run.placement.reserved, false)});
    site.host_memory = (assumed.back().id == "cpu" ? assumed : list_devices()).back().memory_free;
    return site;
}

Site site_here(const RunPlan& run, const ModelDescription& model, bool measure, bool served, int number = 0) {
    const LayerTimings timings(run.model(number).model_folder);
    Site site{.devices = planned_devices(run, model, timings, measure, served)};
    site.host_memory = list_devices().back().memory_free;
    site.measured = std::none_of(site.devices.begin(), site.devices.end(),
                                 [](const PlanDevice& device) { return device.layer_seconds.empty(); });
    return site;
}

/// Replicas as `generate` makes them where it is left open how the CPU is used, in place of the single one with which
/// other placements are compared: those have one worker.
void lay_out_replicas(Forecast& all, const ForecastRequest& request, const PlacementRequest& placement) {
    const bool are_wanted = !request.mode_is_chosen || placement.mode == Mode::Replicas;
    if (!are_wanted || !request.assume.empty()) return;
    lay_out_if_open(all.run, request.run);
    if (all.run.devices.size() == all.devices.size()) return;
    const Site site = site_here(all.run, all.model, request.measure, placement.served);
    all.devices = site.devices;
    all.measured = all.measured && site.measured;
    PlacementRequest replicas = placement;
    replicas.mode = Mode::Replicas;
    replicas.replicas = 0;
    all.placements.front() = predict_placement(all.model, all.devices, replicas, all.work);
}

/// Gives a placement that slices of a card or pairs of devices rule out its reason. Assumed devices are no slices.
void refuse_mode(Placement& placement, const ForecastRequest& request, const RunPlan& run) {
    if (Sentence problem = pair_problem(run, placement.mode); !problem.empty()) placement.problem = std::move(problem);
    if (!request.assume.empty()) return;
    if (Sentence problem = slice_problem(run.devices, placement.mode); !problem.empty())
        placement.problem = std::move(problem);
}

/// Adds the images of another model, which the same workers make before or after the `images` so far. `other`: the
/// same placement for it; nullptr: there is none.
void add_images(Placement& all, int64_t images, const Placement* other, int64_t other_images, const std::string& name) {
    if (!all.problem.empty()) return;
    if (!other) all.problem = Sentence("the model %1 cannot be distributed so", name);
    if (other && !other->problem.empty()) all.problem = Sentence("the model %1: %2", name, other->problem);
    if (!all.problem.empty()) return;
    const double hours =
        static_cast<double>(images) / all.images_per_hour + static_cast<double>(other_images) / other->images_per_hour;
    all.images_per_hour = static_cast<double>(images + other_images) / hours;
    for (size_t i = 0; i < std::min(all.memory.size(), other->memory.size()); ++i)
        if (all.memory[i].needed() < other->memory[i].needed()) all.memory[i] = other->memory[i];
}

const Placement* called(const std::string& name, const std::vector<Placement>& placements) {
    const auto found =
        std::find_if(placements.begin(), placements.end(), [&](const Placement& p) { return p.name == name; });
    return found == placements.end() ? nullptr : &*found;
}

/// The rows of a run's other models, which the same workers make before or after those of the first.
class OtherModels {
public:
    OtherModels(const Forecast& all, const ForecastRequest& request, const PlacementRequest& placement,
                const std::vector<Device>& there) {
        for (AlikeModels& models : alike_models(all.run)) {
            const int number = models.number;
            if (number == 0) models.work.images -= all.work.images;
            if (models.work.images == 0) continue;
            Other other{.name = all.run.model(number).recipe.model,
                        .model = describe_run(all.run, number),
                        .work = models.work};
            const Site site = request.assume.empty()
                                  ? site_here(all.run, other.model, request.measure, placement.served, number)
                                  : assumed_site(all.run, there);
            measured_ = measured_ && site.measured;
            other.placements = compare_placements(other.model, site.devices, placement, other.work);
            if (request.mode_is_chosen)
                other.placements.push_back(predict_placement(other.model, site.devices, placement, other.work));
            others_.push_back(std::move(other));
        }
    }

    bool are_measured() const { return measured_; }

    /// Makes them with the placement, too, which makes `images` so far. `devices`: those of replicas that were laid out
    /// anew, to be predicted again; nullptr: they were not.
    void add_to(Placement& placement, int64_t images, const std::vector<PlanDevice>* devices = nullptr) const {
        for (const Other& other : others_) {
            const Placement* same = called(placement.name, other.placements);
            Placement anew;
            if (devices) anew = predict_placement(other.model, *devices, {.mode = Mode::Replicas}, other.work);
            add_images(placement, images, devices ? &anew : same, other.work.images, other.name);
            images += other.work.images;
        }
    }

private:
    struct Other {
        std::string name;
        ModelDescription model;
        Workload work;
        std::vector<Placement> placements;
    };

    std::vector<Other> others_;
    bool measured_ = true;
};

struct Choice {
    Placement placement;
    Sentence why;
};

/// The requested placement. Without a mode: what `generate` does without one or, if that is impossible, the best one.
Choice choose(const Forecast& all, const PlacementRequest& request, bool mode_is_chosen) {
    const auto predict = [&] { return predict_or_advise(all.model, all.devices, request, all.work); };
    if (mode_is_chosen) return {predict(), "as asked for"};
    const Placement& replicas = all.placements.front();
    if (replicas.problem.empty())
        return {predict(), all.best == replicas.name
                               ? Sentence("the fastest, with the fewest parts")
                               : Sentence("what generate does without --mode; %1 would make more", all.best)};
    if (all.best.empty()) throw UsageError(with_nearest(replicas.problem, all.placements));
    return {*best_placement(all.placements), "the fastest of those that fit"};
}

/// Seconds per micro-batch of each replica; a pipeline finishes one whenever its slowest stage does.
std::vector<double> seconds_of_replicas(const Placement& placement, const Workload& work) {
    std::vector<double> seconds(placement.replicas, 0);
    for (const PlacedWorker& worker : placement.workers) {
        double own = 0;
        for (const PlacedStage& stage : worker.stages) own += stage.seconds;
        seconds[worker.replica] = std::max(seconds[worker.replica], own * work.steps);
    }
    return seconds;
}

}  // namespace

Forecast forecast(const ForecastRequest& request, const std::filesystem::path& resources, const std::string& where) {
    const std::vector<Device> there = request.assume.empty() ? list_devices() : assumed_devices(request.assume);
    const Sentence hidden = request.assume.empty() ? driver_problem() : Sentence();
    Forecast result{.run = make_plan(request.run, resources, where, there, hidden)};
    const auto site_of = [&](const ModelDescription& model, int number) {
        Site site = request.assume.empty() ? site_here(result.run, model, false, request.placement.served, number)
                                           : assumed_site(result.run, there);
        return PlacementSite{std::move(site.devices), site.host_memory};
    };
    result.run.weights = choose_weights(result.run, request.run.weights, request.placement, site_of);
    result.model = describe_run(result.run);
    result.work = workload_of(result.run);
    const Site site = request.assume.empty()
                          ? site_here(result.run, result.model, request.measure, request.placement.served)
                          : assumed_site(result.run, there);
    result.devices = site.devices;
    result.measured = site.measured;

    PlacementRequest placement = request.placement;
    placement.host_memory = site.host_memory;
    placement.text_device = planned_text_device(result.run, there, site.host_memory, placement.served);
    placement.cfg_devices = planned_cfg_devices(result.run, there, placement.served);
    result.placements = compare_placements(result.model, result.devices, placement, result.work);
    for (Placement& each : result.placements) refuse_mode(each, request, result.run);
    const OtherModels others(result, request, placement, there);
    result.measured = result.measured && others.are_measured();
    const size_t devices = result.run.devices.size();
    lay_out_replicas(result, request, placement);
    const bool is_laid_out = result.run.devices.size() != devices;
    for (Placement& each : result.placements) {
        const bool is_anew = is_laid_out && &each == &result.placements.front();
        others.add_to(each, result.work.images, is_anew ? &result.devices : nullptr);
    }
    if (const Placement* best = best_placement(result.placements)) result.best = best->name;
    auto [chosen, why] = choose(result, placement, request.mode_is_chosen);
    result.chosen = std::move(chosen);
    if (const Placement* same = called(result.chosen.name, result.placements); same && result.run.models() > 1)
        result.chosen = *same;
    else
        others.add_to(result.chosen, result.work.images);
    refuse_mode(result.chosen, request, result.run);
    result.why = std::move(why);
    const auto is_chosen = [&](const Placement& p) { return p.name == result.chosen.name; };
    if (std::none_of(result.placements.begin(), result.placements.end(), is_chosen))
        result.placements.push_back(result.chosen);
    return result;
}

const Placement* forecast_of_mode(const Forecast& forecast, Mode mode) {
    const auto worth = [](const Placement& p) { return p.problem.empty() ? p.images_per_hour : -1; };
    const Placement* found = nullptr;
    for (const Placement& p : forecast.placements)
        if (p.mode == mode && (found == nullptr || worth(p) > worth(*found))) found = &p;
    return found;
}

std::vector<std::vector<int64_t>> forecast_shares(const Forecast& forecast) {
    return predicted_shares(forecast.run, seconds_of_replicas(forecast.chosen, forecast.work));
}

Forecaster::Forecaster(std::filesystem::path resources, QObject* parent)
    : QObject(parent), resources_(std::move(resources)) {
    pool_.setMaxThreadCount(1);
}

Forecaster::~Forecaster() = default;

void Forecaster::ask(const ForecastRequest& request) {
    pool_.clear();  // nobody waits for the answers to these any more
    pool_.start([this, request, question = ++last_question_] {
        const auto tell = [this, question](auto&& emit) {
            QMetaObject::invokeMethod(
                this,
                [this, question, emit] {
                    if (question == last_question_) emit();
                },
                Qt::QueuedConnection);
        };
        try {
            const Forecast answer = forecast(request, resources_, "");
            tell([this, answer] { Q_EMIT answered(answer); });
        } catch (const std::exception& error) {
            tell([this, reason = sentence_of(error)] { Q_EMIT refused(reason); });
        }
    });
}

}  // namespace fanlight

#include "moc_forecast.cpp"
