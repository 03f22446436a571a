#include "core/run/run_batch.h"

#include <map>
#include <set>
#include <utility>

#include "core/base/shared_memory.h"
#include "core/base/stopwatch.h"
#include "core/batch/prompt_notes.h"
#include "core/config/encoder_hashes.h"
#include "core/config/preview_decoder.h"
#include "core/config/program_paths.h"
#include "core/devices/device_list.h"
#include "core/devices/memory_reserve.h"
#include "core/devices/program_memory.h"
#include "core/run/crew.h"
#include "core/run/foreman.h"
#include "core/run/run_log.h"

namespace fanlight {

namespace {

/// What the worker's devices have, without what is reserved for others.
int64_t memory_of(const WorkerPlace& worker, const MemoryBudget& reserved, const std::vector<Device>& devices) {
    std::set<std::string> used = {worker.device};
    for (const WorkerPlace::Stage& stage : worker.stages) used.insert(stage.device);
    for (const auto& [module, place] : worker.device_map)
        if (!only_stores(place, worker.device)) used.insert(place);
    int64_t bytes = 0;
    for (const Device& device : devices)
        if (used.contains(device.id))
            bytes += device.memory_total - static_cast<int64_t>(bytes_on(reserved, device.id));
    return bytes;
}

Dispatcher::Options dispatcher_options(const RunPlan& plan, const std::vector<Device>& devices) {
    Dispatcher::Options options{.split = plan.split,
                                .workers = static_cast<int>(plan.devices.size()),
                                .in_flight = plan.placement.micro_batches};
    for (const WorkerPlace& worker : plan.placement.workers)
        options.memory.push_back(memory_of(worker, plan.placement.reserved, devices));
    return options;
}

/// With which decoders a run's models show unfinished pictures; `problems`: what is to be said of those that cannot.
class PreviewDecoders {
public:
    std::string of(const std::string& model, std::vector<Sentence>& problems) {
        const auto known = decoders_.find(model);
        if (known != decoders_.end()) return known->second;
        return decoders_[model] = found(model, problems);
    }

private:
    static std::string found(const std::string& model, std::vector<Sentence>& problems) {
        try {
            return preview_decoder(model, ModelPlaces(resources_folder()), problems);
        } catch (const Error&) {
            return "";  // the worker says what is wrong with the model
        }
    }

    std::map<std::string, std::string> decoders_;
};

/// The hashes of the text encoders of a run's models, of which many may be the same but for LoRAs.
class RunEncoders {
public:
    const std::map<std::string, std::string>& of(const PlannedModel& model) {
        std::string name = model.model_folder;
        for (const ReplacedComponent& component : model.recipe.components) name += "\n" + component.file;
        const auto [known, is_new] = hashes_.try_emplace(name);
        if (is_new) known->second = found(model);
        return known->second;
    }

private:
    static std::map<std::string, std::string> found(const PlannedModel& model) {
        try {
            return encoder_hashes(model.model_folder, model.recipe.components);
        } catch (const Error&) {
            return {};  // the worker says what is wrong with the model
        }
    }

    std::map<std::string, std::map<std::string, std::string>> hashes_;
};

/// `problems` are no reason not to begin.
Crew::Options crew_options(const RunFolder& run, const RunOptions& options, const std::string& program,
                           const std::vector<Device>& devices, std::vector<Sentence>& problems) {
    PreviewDecoders previews;
    RunEncoders encoders;
    Crew::Options crew{.program = program,
                       .logs = run.logs(),
                       .silence_seconds = options.silence_seconds,
                       .backoff_seconds = options.backoff_seconds,
                       .devices = devices,
                       .stall_seconds = options.stall_seconds,
                       .warm = options.warm};
    for (int number = 0; number < run.plan.models(); ++number) {
        const PlannedModel& model = run.plan.model(number);
        protocol::Load whole{.folder = model.model_folder, .recipe = model.recipe};
        whole.preview_decoder = previews.of(model.model_folder, problems);
        whole.packed_weights = model.packed_weights;
        if (run.plan.cache_embeddings) {
            whole.encoded_texts = encoded_texts_folder().string();
            whole.encoders = encoders.of(model);
        }
        whole.limits = tensor_limits(crew.devices, model.placement.reserved, options.warm != nullptr,
                                     communicators_of_stage(model.placement.workers.front().stages.size()));
        ModelLoads& loads = crew.models.emplace_back();
        for (const WorkerPlace& worker : model.placement.workers)
            loads.push_back(loads_of(model.placement, worker, whole));
    }
    return crew;
}

/// What may go wrong on this machine, besides what the folder has told.
std::vector<Sentence> warnings_of(const RunFolder& run) {
    std::vector<Sentence> warnings = run.warnings;
    warnings.insert(warnings.end(), run.plan.notes.begin(), run.plan.notes.end());
    for (const PromptNote& note : prompt_notes(run.plan.items)) warnings.push_back(text_of(note));
    if (!exchanges_on_gpus(run.plan.placement)) return warnings;
    if (Sentence problem = shared_memory_problem(shared_memory()); !problem.empty())
        warnings.push_back(std::move(problem));
    return warnings;
}

/// Makes the items of a folder that belongs to this process.
RunResult make_items(RunFolder& run, const RunOptions& options, const std::string& program,
                     const MakeListener& make_listener) {
    const Stopwatch stopwatch;
    const std::vector<Device> devices = list_devices();

    // Finished items are kept; all others are handed out until they are done or failed.
    Dispatcher dispatcher(run.plan.items, run.pending, dispatcher_options(run.plan, devices));
    RunLog log(run.path);
    RunListener listen;
    const RunListener tell = [&](const RunEvent& event) {
        log.write(event);
        listen(event);
    };
    Foreman foreman(run, dispatcher, tell);
    listen = make_listener(run, foreman);
    try {
        std::vector<Sentence> warnings = warnings_of(run);
        Crew crew(crew_options(run, options, program, devices, warnings), foreman);
        for (const Sentence& warning : warnings) tell(RunWarning{warning});
        const bool interrupted = foreman.work(crew);

        // Nothing more will be made: the manifest is complete.
        write_manifest(run);

        const RunResult result{foreman.counts(), stopwatch.seconds(), interrupted};
        tell(RunFinished{result.counts, result.seconds, interrupted});
        return result;
    } catch (const std::exception& error) {
        tell(RunFailed{sentence_of(error)});
        throw;
    }
}

}  // namespace

RunResult run_batch(RunOptions options, const MakeListener& make_listener) {
    const std::string program = find_worker_program(options.worker_program);

    // From here on the folder belongs to this process, and contains everything that affects a result.
    RunFolder run = options.plan ? create_run(options.folder, std::move(*options.plan))
                                 : resume_run(options.folder, options.resume);
    return make_items(run, options, program, make_listener);
}

RunResult run_batch(RunOptions options, const RunListener& listener) {
    return run_batch(std::move(options), [&](const RunFolder&, RunControl&) { return listener; });
}

}  // namespace fanlight
