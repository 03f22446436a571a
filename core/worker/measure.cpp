#include "core/worker/measure.h"

#include <ATen/ATen.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <limits>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

#include "core/base/stopwatch.h"
#include "core/base/text.h"
#include "core/networks/networks.h"
#include "core/worker/worker_device.h"

namespace fanlight {

namespace {

/// FOLDER and pairs of --NAME VALUE.
class Arguments {
public:
    explicit Arguments(const std::vector<std::string>& arguments) {
        if (arguments.empty() || arguments.front().starts_with("-"))
            throw UsageError("A model folder is missing, before all options");
        folder_ = arguments.front();
        for (size_t i = 1; i < arguments.size(); i += 2) {
            const auto known = values_.find(arguments[i]);
            if (known == values_.end() || i + 1 == arguments.size()) throw UsageError(usage(arguments[i]));
            known->second = arguments[i + 1];
        }
    }

    const std::string& folder() const { return folder_; }
    const std::string& text(const std::string& name) const { return values_.at(name); }

    int number(const std::string& name, int min) const {
        const std::string& digits = values_.at(name);
        int value = 0;
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
        if (error != std::errc() || end != digits.data() + digits.size() || value < min || value > 1'000'000)
            throw UsageError("%1 must be a number from %2, not \"%3\"", name, min, digits);
        return value;
    }

    DescribedShape shape() const {
        return {.dtype = text("--dtype"),
                .width = number("--width", 0),
                .height = number("--height", 0),
                .tokens = number("--tokens", 0),
                .batch_size = number("--batch-size", 1),
                .guided = number("--guided", 0) > 0};
    }

private:
    Sentence usage(const std::string& at) const {
        std::vector<std::string> names;
        for (const auto& [name, value] : values_) names.push_back(name);
        return Sentence("\"%1\" is not an option with a value; there are %2", at, listed(names));
    }

    std::string folder_;
    std::map<std::string, std::string> values_ = {
        {"--dtype", "float32"}, {"--width", "512"},    {"--height", "512"},
        {"--tokens", "0"},      {"--batch-size", "1"}, {"--guided", "1"},
        {"--device", "cpu"},    {"--threads", "1"},    {"--rounds-seconds", "20"}};
};

/// Waits for the device to finish, by fetching one number of the result.
void finish(const State& state) {
    const at::Tensor& last = state.hidden;
    if (!last.is_cpu()) last.flatten().slice(0, 0, 1).cpu();
}

/// In a run, all other layers are evaluated between two evaluations of a layer, and its weights come from memory. Reads
/// more than a device's caches hold, so that they do here as well.
class CacheFlush {
public:
    explicit CacheFlush(const at::Device& device) : other_(at::zeros({bytes / 4}, device)) {}

    void operator()() const {
        const at::Tensor sum = other_.sum();
        if (!sum.is_cpu()) sum.cpu();
    }

private:
    static constexpr int64_t bytes = 128 << 20;  // more than a core's share of nearly all processors' caches
    at::Tensor other_;
};

/// The shortest of a few evaluations after a warm-up: longer ones are disturbed by other processes. Leaves the state
/// from which the next layer starts.
double seconds_of(const Layer& layer, State& state, const CacheFlush& flush_cache) {
    constexpr int min_evaluations = 2, max_evaluations = 7;
    constexpr double enough_seconds = 0.05;
    double shortest = std::numeric_limits<double>::infinity();
    State after = state;
    layer.run(after);
    finish(after);
    const Stopwatch whole;
    for (int i = 0; i < min_evaluations || (i < max_evaluations && whole.seconds() < enough_seconds); ++i) {
        after = state;
        flush_cache();
        const Stopwatch watch;
        layer.run(after);
        finish(after);
        shortest = std::min(shortest, watch.seconds());
    }
    state = std::move(after);
    return shortest;
}

Json measured_layers(const ModelFolder& folder, const DescribedShape& shape, const Weights::Placement& placement,
                     int enough_seconds) {
    Probe probe = network_half(folder.family()).probe(folder, placement, shape);
    const CacheFlush flush_cache(placement.device);
    Memory memory;
    probe.first.conditioning = &probe.conditioning;
    probe.first.memory = &memory;
    const std::vector<LayerPlan>& layers = probe.layers;

    // Cuts depend on the layers' proportions. Disturbances last longer than a layer: several rounds through all layers,
    // some seconds apart, also measure each of them on a quieter machine.
    constexpr int max_rounds = 5;
    std::vector<double> shortest(layers.size(), std::numeric_limits<double>::infinity());
    const Stopwatch whole;
    for (int round = 0; round < max_rounds && (round == 0 || whole.seconds() < enough_seconds); ++round) {
        State state = probe.first;
        for (size_t i = 0; i < layers.size(); ++i) {
            shortest[i] = std::min(shortest[i], seconds_of({layers[i].name, layers[i].make()}, state, flush_cache));
            memory.clear();  // of a layer that no longer exists
        }
    }
    return shortest;
}

/// Prints an empty line every second, by which its owner knows that this process is not stopped.
class Pulse {
public:
    Pulse()
        : thread_([this](const std::stop_token& stop) {
              std::unique_lock lock(mutex_);
              do {
                  if (::write(STDOUT_FILENO, "\n", 1) != 1) return;
              } while (!wake_.wait_for(lock, stop, std::chrono::seconds(1), [&] { return stop.stop_requested(); }));
          }) {}

private:
    std::mutex mutex_;
    std::condition_variable_any wake_;
    std::jthread thread_;  ///< last: it ends before the others go
};

}  // namespace

int measure_layers(const std::vector<std::string>& arguments) {
    const Arguments given(arguments);
    const DescribedShape shape = given.shape();
    std::optional<Pulse> pulse(std::in_place);
    const WorkerDevice device =
        open_device(given.text("--device"), {.dtype = shape.dtype, .threads = given.number("--threads", 1)});
    const ModelFolder folder(given.folder());
    folder.family().describe(folder.files(), shape);  // rejects impossible sizes
    const c10::InferenceMode inference;
    const Json answer = {
        {"device_name", device.name},
        {"layer_seconds", measured_layers(folder, shape, device.placement, given.number("--rounds-seconds", 0))}};
    pulse.reset();  // its lines would fall into the answer
    std::printf("%s\n", to_line(answer).c_str());
    return 0;
}

}  // namespace fanlight
