#pragma once

#include <algorithm>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "core/base/file.h"
#include "core/run/run_batch.h"

/// Runs without weights: items whose prompts control tests/support/programs/fake_worker.cpp.
namespace fanlight {

inline Item fake_item(int64_t index, const std::string& prompt) {
    Item item{index, index, std::to_string(index) + ".png", {}};
    item.task = ImageTask{.prompt = prompt,
                          .seed = 42 + static_cast<uint64_t>(index),
                          .steps = 3,
                          .cfg_scale = 7,
                          .width = 16,
                          .height = 8,
                          .sampler = "euler",
                          .schedule = "default"};
    return item;
}

inline Recipe fake_recipe(int batch_size = 1) {
    return {.model = "fake", .model_hash = std::string(64, '0'), .batch_size = batch_size};
}

/// `count` items with the prompt "a dog".
inline std::vector<Item> fake_items(int count, int batch_size = 1) {
    std::vector<Item> items;
    for (int i = 0; i < count; ++i) items.push_back(fake_item(i, "a dog"));
    const Shared<Recipe> recipe(fake_recipe(batch_size));
    for (Item& item : items) item.recipe = recipe;
    return items;
}

/// The numbers of these items.
inline std::vector<int64_t> numbers_of(const std::vector<Item>& items) {
    std::vector<int64_t> numbers;
    for (const Item& item : items) numbers.push_back(item.index);
    return numbers;
}

inline RunPlan fake_plan(std::vector<Item> items, int workers, int batch_size = 1) {
    RunPlan plan;
    plan.model_folder = "/model";
    plan.recipe = fake_recipe(batch_size);
    plan.devices.assign(workers, "cpu");
    plan.items = std::move(items);
    set_recipes(plan);
    return plan;
}

/// Gives a plan a further model, which makes these items.
inline void add_fake_model(RunPlan& plan, const std::string& folder, const std::vector<int64_t>& items) {
    PlannedModel model = plan;
    model.model_folder = folder;
    model.recipe.model = folder.substr(1);
    plan.others.push_back(model);
    for (const int64_t item : items) plan.items[static_cast<size_t>(item)].model = plan.models() - 1;
    set_recipes(plan);
}

/// Several pipelines, each with this many stages.
inline RunPlan fake_pipelines(std::vector<Item> items, int pipelines, int stages, int micro_batches = 2) {
    WorkerPlace pipeline;
    for (int stage = 0; stage < stages; ++stage) {
        pipeline.device += stage ? "+cpu" : "cpu";
        pipeline.stages.push_back({"cpu", {stage, stage + 1}});
    }
    RunPlan plan = fake_plan(std::move(items), pipelines);
    plan.devices.assign(pipelines, pipeline.device);
    plan.placement.mode = Mode::Pipelined;
    plan.placement.workers.assign(pipelines, pipeline);
    plan.placement.micro_batches = micro_batches;
    return plan;
}

/// The images of a run folder by name, and any other file except the manifests.
inline std::map<std::string, std::string> files_in(const std::filesystem::path& folder) {
    std::map<std::string, std::string> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        if (entry.is_regular_file() && !entry.path().filename().string().starts_with("manifest."))
            files[entry.path().filename().string()] = read_file(entry.path());
    return files;
}

}  // namespace fanlight
