#include "core/worker/worker_device.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <set>
#include <span>
#include <sstream>
#include <utility>

#include "core/weights/accelerator.h"

namespace fanlight {

namespace {

at::ScalarType dtype_named(const std::string& name) {
    if (name == "float32" || name == "tf32") return at::kFloat;
    if (name == "bfloat16") return at::kBFloat16;
    if (name == "float16") return at::kHalf;
    throw Error("There is no dtype \"%1\"; choose float32, tf32, bfloat16 or float16", name);
}

std::string cpu_name() {
    std::ifstream info("/proc/cpuinfo");
    for (std::string line; std::getline(info, line);)
        if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
    return "CPU";
}

// How CUDA and its libraries report errors; which exception carries the text depends on the library.

constexpr const char* short_of_memory[] = {"out of memory",
                                           "CUBLAS_STATUS_ALLOC_FAILED",
                                           "CUDNN_STATUS_ALLOC_FAILED",
                                           "CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED",
                                           "CUSOLVER_STATUS_ALLOC_FAILED",
                                           "CUFFT_ALLOC_FAILED"};
constexpr const char* short_of_main_memory[] = {"DefaultCPUAllocator: can't allocate memory",
                                                "DefaultCPUAllocator: not enough memory"};
constexpr const char* lost_device[] = {"CUDA error",
                                       "CUDA driver error",
                                       "CUBLAS_STATUS_EXECUTION_FAILED",
                                       "CUBLAS_STATUS_INTERNAL_ERROR",
                                       "CUDNN_STATUS_EXECUTION_FAILED",
                                       "CUDNN_STATUS_INTERNAL_ERROR",
                                       "CUSOLVER_STATUS_EXECUTION_FAILED"};

/// "channels_last", "graphs" or both, with a comma between them.
Experiments experiments_in(const char* text) {
    Experiments experiments;
    std::istringstream names(text ? text : "");
    for (std::string name; std::getline(names, name, ',');) {
        if (name == "channels_last")
            experiments.channels_last = true;
        else if (name == "graphs")
            experiments.graphs = true;
        else
            throw Error("FANLIGHT_EXPERIMENTS: there is no \"%1\"; there are channels_last and graphs", name);
    }
    return experiments;
}

bool holds_any(const std::string& text, std::span<const char* const> parts) {
    return std::any_of(parts.begin(), parts.end(),
                       [&](const char* part) { return text.find(part) != std::string::npos; });
}

/// Makes results on the CPU independent of the number of threads; see core/arithmetic/parts.h.
void make_deterministic(int threads, bool tf32) {
    ::setenv("MKL_CBWR", "AUTO,STRICT", 0);  // read at the first matrix product
    at::set_num_threads(threads);
    at::Context& context = at::globalContext();
    context.setDeterministicCuDNN(true);
    context.setBenchmarkCuDNN(false);
    context.setDeterministicMkldnn(true);
    context.setAllowTF32CuBLAS(tf32);
    context.setAllowTF32CuDNN(tf32);
    context.setSDPUseCuDNN(false);                      // not among cuDNN's deterministic algorithms
    ::setenv("CUBLAS_WORKSPACE_CONFIG", ":4096:8", 0);  // likewise, cuBLAS with other workspaces
}

}  // namespace

std::string name_of_device(const std::string& device) {
    const at::Device named = device_named(device);
    return named.is_cpu() ? cpu_name() : accelerator().describe(named.index()).name;
}

WorkerDevice open_device(const std::string& device, const Recipe& recipe, const DeviceMap& device_map,
                         bool packed_weights) {
    if (recipe.batch_size < 1 || recipe.threads < 1) throw Error("batch_size and threads must be at least 1");
    make_deterministic(recipe.threads, recipe.dtype == "tf32");
    WorkerDevice opened{{dtype_named(recipe.dtype), device_named(device), device_map}, cpu_name(), ""};
    opened.placement.packed = packed_weights;
    if (!opened.placement.device.is_cpu()) {
        opened.placement.experiments = experiments_in(std::getenv("FANLIGHT_EXPERIMENTS"));
        const Accelerator::Card card = accelerator().describe(opened.placement.device.index());
        opened.name = card.name;
        opened.uuid = card.uuid;
    }
    for (const auto& [module, place] : device_map)
        if (!only_stores(place, device)) device_named(place);  // is there
    return opened;
}

void limit_memory(const MemoryBudget& limits) {
    static std::set<std::string> limited;
    for (const std::string& device : std::exchange(limited, {}))
        accelerator().limit_memory(device_named(device).index(), std::numeric_limits<int64_t>::max());
    for (const auto& [device, bytes] : limits) {
        accelerator().limit_memory(device_named(device).index(), static_cast<int64_t>(bytes));
        limited.insert(device);
    }
}

Recipe recorded_recipe(Recipe recipe, const WorkerDevice& device) {
    if (!device.placement.device.is_cpu()) recipe.card = device.name;
    if (device.placement.experiments.channels_last) recipe.experiments = "channels_last";
    return recipe;
}

std::vector<Task> tasks_of(const std::vector<Item>& items, int batch_size) {
    if (items.empty() || items.size() > static_cast<size_t>(batch_size))
        throw Error("A micro-batch of %1 items does not fit a batch size of %2", items.size(), batch_size);
    std::vector<Task> tasks;
    for (const Item& item : items) tasks.push_back(item.task);
    if (tasks.back().padded()) tasks.resize(static_cast<size_t>(batch_size), tasks.back());
    return tasks;
}

Failure describe(const std::exception& error) {
    if (dynamic_cast<const DeviceLost*>(&error) || dynamic_cast<const MemoryShortage*>(&error))
        throw DeviceLost(sentence_of(error));
    if (dynamic_cast<const Error*>(&error)) return {"request", sentence_of(error)};
    const Failure of_machine = {
        "memory",
        Sentence("The machine has too little memory for this item; lower --batch-size or the size of images.")};
    if (dynamic_cast<const std::bad_alloc*>(&error)) return of_machine;
    if (const auto* torch = dynamic_cast<const c10::Error*>(&error)) {
        const std::string text = torch->what_without_backtrace(), line = text.substr(0, text.find('\n'));
        if (holds_any(text, short_of_main_memory)) return of_machine;
        if (dynamic_cast<const c10::OutOfMemoryError*>(&error) || holds_any(text, short_of_memory)) {
            accelerator().empty_cache();  // whatever is tried next finds as much memory as there can be
            return {
                "memory",
                Sentence("The device has too little memory for this item; lower --batch-size, the size of images or "
                         "the dtype.")};
        }
        if (dynamic_cast<const c10::AcceleratorError*>(&error) || holds_any(text, lost_device))
            throw DeviceLost(Sentence(line));
        return {"internal", Sentence(line)};
    }
    return {"internal", sentence_of(error)};
}

Failure describe_loading(const std::exception& error, bool limited) {
    const Failure failure = describe(error);
    if (failure.kind != "memory") return {"model", failure.message};
    if (limited)
        return {
            "memory",
            "The device has too little free memory for the model; end other programs that use it, leave less to them "
            "(--reserve-memory), or put the model on several devices (--mode sharded)."};
    return {"memory",
            "The device has too little free memory for the model; end other programs that use it, or put the model on "
            "several devices (--mode sharded)."};
}

}  // namespace fanlight
