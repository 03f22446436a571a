// Seconds of the blocks of a picture model's network in this process: bench_flow_blocks MODEL SIZE EVALUATIONS THREADS.
// Prints a line of JSON for each evaluation, in which blocks are summed up by the list that they are in; the first
// evaluation, which also computes what is kept for the others, is left out. flow_blocks.py compares them with
// diffusers'.

#include <ATen/ATen.h>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/base/stopwatch.h"
#include "core/networks/networks.h"
#include "core/worker/worker_device.h"

using namespace fanlight;

namespace {

/// "transformer_blocks" of "transformer_blocks.3"; empty for what is not a block.
std::string list_of(const std::string& layer) {
    for (const char* list : {"transformer_blocks", "single_transformer_blocks", "layers"})
        if (layer.starts_with(std::string(list) + ".")) return list;
    return "";
}

std::vector<Layer> made_of(const std::vector<LayerPlan>& plans) {
    std::vector<Layer> layers;
    for (const LayerPlan& plan : plans) layers.push_back({plan.name, plan.make()});
    return layers;
}

/// Of one evaluation, by list.
std::map<std::string, double> seconds_of_lists(const std::vector<Layer>& layers, State state) {
    std::map<std::string, double> seconds;
    for (const Layer& layer : layers) {
        const Stopwatch watch;
        layer.run(state);
        if (const std::string list = list_of(layer.name); !list.empty()) seconds[list] += watch.seconds();
    }
    return seconds;
}

}  // namespace

int main(int argc, char** argv) {
    const auto number = [&](int i, int fallback) { return argc > i ? std::atoi(argv[i]) : fallback; };
    const int size = number(2, 512), evaluations = number(3, 4);
    Recipe recipe;
    recipe.threads = number(4, 1);
    const Weights::Placement placement = open_device("cpu", recipe).placement;
    const c10::InferenceMode inference;
    const ModelFolder folder(argv[1]);
    Probe probe =
        network_half(folder.family()).probe(folder, placement, {.width = size, .height = size, .guided = false});
    Memory memory;
    probe.first.conditioning = &probe.conditioning;
    probe.first.memory = &memory;
    const std::vector<Layer> layers = made_of(probe.layers);
    seconds_of_lists(layers, probe.first);
    for (int i = 0; i < evaluations; ++i)
        std::printf("%s\n", to_line(Json(seconds_of_lists(layers, probe.first))).c_str());
    return 0;
}
