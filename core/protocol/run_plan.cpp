#include "core/protocol/run_plan.h"

#include <algorithm>
#include <array>

#include "core/base/file.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/batch/request_json.h"
#include "core/protocol/messages.h"

namespace fanlight {

namespace fs = std::filesystem;

namespace {

constexpr std::uintmax_t max_plan_bytes = std::uintmax_t{8} << 30;
constexpr size_t max_items = 10'000'000;

constexpr std::array<std::pair<Split, const char*>, 2> split_texts = {{{Split::Pull, "pull"}, {Split::Even, "even"}}};

std::string split_text(Split split) {
    return std::find_if(split_texts.begin(), split_texts.end(), [&](const auto& s) { return s.first == split; })
        ->second;
}

Split split_of(const std::string& text, const Place& where) {
    for (const auto& [split, name] : split_texts)
        if (text == name) return split;
    throw Error("%1: \"split\" is %2; it must be pull or even", where, in_quotes(text));
}

OnOom on_oom_of(const std::string& text, const Place& where) {
    try {
        return on_oom_named(text);
    } catch (const Error& error) {
        throw Error("%1: %2", where, sentence_of(error));
    }
}

void check_names(const RunPlan& plan, const Place& where) {
    std::vector<const Item*> by_name;
    for (const Item& item : plan.items)
        if (!item.place.empty()) by_name.push_back(&item);
    std::sort(by_name.begin(), by_name.end(), [](const Item* a, const Item* b) { return a->place < b->place; });
    const auto same_name = [](const Item* a, const Item* b) { return a->place == b->place; };
    const auto twice = std::adjacent_find(by_name.begin(), by_name.end(), same_name);
    if (twice == by_name.end()) return;
    throw UsageError("%1, item %2: the file name %3 is used twice", where, std::max(twice[0]->index, twice[1]->index),
                     excerpt(twice[0]->place));
}

/// An item must fit into one message, in which JSON may turn one byte into six.
void check_prompt(const Item& item, const Place& where) {
    constexpr size_t surely_fits = protocol::max_item_bytes / 8;
    if (item.task.text_bytes() <= surely_fits) return;
    const size_t bytes = to_line(Json(item)).size();
    if (bytes > protocol::max_item_bytes)
        throw UsageError("%1: its prompt is too long: with its parameters it takes %2 bytes, and %3 are the most",
                         where, bytes, protocol::max_item_bytes);
}

/// Takes items from run.json while it is being read.
void take_item(const Json& json, std::vector<Item>& items, const Place& where) {
    const Place place = where.item(static_cast<int64_t>(items.size()));
    if (items.size() == max_items) throw Error("%1: a run has ten million items at most", place);
    try {
        items.push_back(json.get<Item>());
    } catch (const Json::exception&) {
        throw Error("%1: it is malformed; the file was changed by something other than Fanlight", place);
    } catch (const Error& error) {
        throw Error("%1: %2", place, sentence_of(error));
    }
    items.back().task.check(place);
    if (items.size() > 1) items.back().task.share_texts(items[items.size() - 2].task);
}

/// A model beside the first.
Json other_model_json(const PlannedModel& model) {
    Json json = {{"model_folder", model.model_folder}, {"recipe", model.recipe}, {"placement", model.placement}};
    if (model.packed_weights) json["packed_weights"] = true;
    if (model.in_place_of >= 0) json["in_place_of"] = model.in_place_of;
    return json;
}

PlannedModel other_model_of(const Json& json, const Place& where) {
    return {required<std::string>(json, "model_folder", where), required<Recipe>(json, "recipe", where),
            required<RunPlacement>(json, "placement", where), optional_or(json, "packed_weights", false, where),
            optional_or(json, "in_place_of", -1, where)};
}

/// A LoRA that has gone is left to the workers, which say so; what is no file must not be read at all.
void check_loras(const Recipe& recipe, const Place& where) {
    for (const Lora& lora : recipe.loras) {
        try {
            check_is_file(lora.file);
        } catch (const Error& error) {
            throw Error("%1, recipe, the LoRA %2: %3", where, in_quotes(lora.name), sentence_of(error));
        }
    }
}

/// The same for embeddings.
void check_embeddings(const Recipe& recipe, const Place& where) {
    for (const NamedEmbedding& embedding : recipe.embeddings) {
        try {
            check_is_file(embedding.file);
        } catch (const Error& error) {
            throw Error("%1, recipe, the embedding %2: %3", where, in_quotes(embedding.name), sentence_of(error));
        }
    }
}

/// The same for what takes the place of a model's components, which may be folders.
void check_components(const Recipe& recipe, const Place& where) {
    for (const ReplacedComponent& component : recipe.components) {
        std::error_code ignored;
        if (fs::is_directory(component.file, ignored)) continue;
        try {
            check_is_file(component.file);
        } catch (const Error& error) {
            throw Error("%1, recipe, %2: %3", where, in_quotes(component.name), sentence_of(error));
        }
    }
}

/// Workers do not change their devices when they change the model.
void check_other_models(const RunPlan& plan, const Place& where) {
    constexpr size_t most = 10'000;
    if (plan.others.size() > most) throw UsageError("%1: a run has %2 models at most", where, most);
    for (const PlannedModel& other : plan.others) {
        const bool fits =
            other.placement.mode == plan.placement.mode &&
            std::equal(other.placement.workers.begin(), other.placement.workers.end(), plan.placement.workers.begin(),
                       plan.placement.workers.end(), [](const WorkerPlace& a, const WorkerPlace& b) {
                           return a.device == b.device && a.stages.size() == b.stages.size();
                       });
        const bool is_alike = other.recipe.device_kind == plan.recipe.device_kind;
        const auto number = static_cast<int>(&other - plan.others.data()) + 1;
        if (other.in_place_of < -1 || other.in_place_of >= number)
            throw UsageError("%1: model %2 cannot take the place of model %3", where, number, other.in_place_of);
        if (!fits || !is_alike)
            throw UsageError("%1: the models %2 and %3 are not on the same devices", where,
                             in_quotes(plan.recipe.model), in_quotes(other.recipe.model));
        check(other.recipe, Sentence("%1, recipe", where));
    }
}

/// A guided evaluation is shared by two whole copies of a network, on devices whose halves are those of one.
void check_pairs(const RunPlacement& placement, const Place& where) {
    for (const WorkerPlace& worker : placement.workers) {
        if (worker.cfg_device.empty()) continue;
        const bool are_alike = (gpu_number(worker.device) < 0) == (gpu_number(worker.cfg_device) < 0);
        if (placement.mode != Mode::Replicas || !are_alike)
            throw UsageError("%1: %2 and %3 cannot share guided evaluations", where, worker.device, worker.cfg_device);
    }
}

/// Checks that a pipeline's stages cover the network's layers exactly once.
void check_stages(const RunPlacement& placement, const Place& where) {
    for (const WorkerPlace& worker : placement.workers) {
        if ((placement.mode == Mode::Pipelined) == worker.stages.empty())
            throw UsageError("%1: stages belong to a pipeline, and a pipeline has some", where);
        int64_t next = 0;
        for (const WorkerPlace::Stage& stage : worker.stages) {
            if (stage.layers.begin != next || stage.layers.size() <= 0)
                throw UsageError("%1: a stage begins at layer %2, where the one before it ends at %3", where,
                                 stage.layers.begin, next);
            next = stage.layers.end;
        }
    }
}

}  // namespace

void check_plan(const RunPlan& plan, const Place& where) {
    if (plan.items.empty()) throw UsageError("%1: there is nothing to make, the list of items is empty", where);
    if (plan.devices.empty()) throw UsageError("%1: no device is named", where);
    if (plan.placement.workers.size() != plan.devices.size())
        throw UsageError("%1: there are not as many workers placed as devices named", where);
    for (int model = 0; model < plan.models(); ++model) {
        check_stages(plan.model(model).placement, where);
        check_pairs(plan.model(model).placement, where);
    }
    check(plan.recipe, Sentence("%1, recipe", where));
    check_other_models(plan, where);
    for (size_t i = 0; i < plan.items.size(); ++i) {
        const Item& item = plan.items[i];
        const Place place = where.item(static_cast<int64_t>(i));
        if (item.model < 0 || item.model >= plan.models())
            throw UsageError("%1: there is no model %2 in the run", place, item.model);
        if (item.index != static_cast<int64_t>(i)) throw UsageError("%1: its index is %2", place, item.index);
        check_place(item, place);
        check_prompt(item, place);
    }
    check_names(plan, where);
}

int latest_model(const RunPlan& plan, int number) {
    for (int later = number + 1; later < plan.models(); ++later)
        if (plan.model(later).in_place_of == number) number = later;
    return number;
}

std::vector<std::string> devices_in_use(const RunPlan& plan) {
    std::vector<std::string> devices = plan.devices;
    for (size_t worker = 0; worker < devices.size(); ++worker) {
        std::string other;
        for (int model = 0; model < plan.models() && other.empty(); ++model)
            if (const auto& workers = plan.model(model).placement.workers; worker < workers.size())
                other = workers[worker].cfg_device;
        if (!other.empty()) devices[worker] += "+" + other;
    }
    return devices;
}

void check_for_ranks(const RunPlan& plan) {
    if (plan.on_oom != OnOom::Same)
        throw UsageError(
            "--on-oom any is for runs that fanlight generate makes itself: the processes of a launcher cannot change "
            "the recipe of all; begin the run without it.");
    if (plan.placement.text_device.starts_with("cuda:"))
        throw UsageError(
            "--text-device %1: under a launcher each process has a GPU to itself, and cannot use another one; give "
            "cpu, "
            "or begin the run without it.",
            plan.placement.text_device);
    if (devices_in_use(plan) != plan.devices)
        throw UsageError(
            "--cfg-devices: under a launcher each process has a device to itself, and cannot use another one; begin "
            "the run without it.");
}

void set_recipes(RunPlan& plan) {
    std::vector<Shared<Recipe>> recipes;
    for (int model = 0; model < plan.models(); ++model) recipes.emplace_back(plan.model(model).recipe);
    for (Item& item : plan.items) {
        if (item.model < 0 || item.model >= plan.models()) throw Error("There is no model %1 in the run", item.model);
        item.recipe = recipes[static_cast<size_t>(item.model)];
    }
}

std::vector<Item> items_of_model(const RunPlan& plan, int number) {
    std::vector<Item> items;
    std::copy_if(plan.items.begin(), plan.items.end(), std::back_inserter(items),
                 [&](const Item& item) { return item.model == number; });
    return items;
}

/// One item per line, so that they are never all in memory a second time.
void write_plan(const RunPlan& plan, const fs::path& file) {
    Json head = {{"version", 1},
                 {"model_folder", plan.model_folder},
                 {"recipe", plan.recipe},
                 {"devices", plan.devices},
                 {"placement", plan.placement},
                 {"split", split_text(plan.split)},
                 {"apply_padding", plan.apply_padding},
                 {"gather", plan.gather},
                 {"csv", plan.csv}};
    if (plan.packed_weights) head["packed_weights"] = true;
    if (plan.same_seed) head["same_seed"] = true;
    if (plan.on_oom != OnOom::Same) head["on_oom"] = name_of(plan.on_oom);
    if (plan.cache_embeddings) head["cache_embeddings"] = true;
    if (plan.emphasis != Emphasis::Literal) head["emphasis"] = plan.emphasis;
    for (const PlannedModel& other : plan.others) head["other_models"].push_back(other_model_json(other));
    FileReplacement text(file);
    text.write(std::string_view(to_line(head)).substr(0, to_line(head).size() - 1));
    text.write(",\"items\":[");
    for (const Item& item : plan.items) text.write((item.index == 0 ? "\n" : ",\n") + to_line(Json(item)));
    text.write("\n]}\n");
    text.commit();
}

RunPlan read_plan_file(const fs::path& file) {
    std::error_code error;
    if (!fs::is_regular_file(file, error))
        throw UsageError("%1 is not a run; write one with fanlight generate --prepare -o DIR", file);
    const std::string where = file.string();
    RunPlan plan;
    const Json json =
        stream_json_file(file, max_plan_bytes, "items", [&](const Json& item) { take_item(item, plan.items, where); });
    if (required<int>(json, "version", where) != 1)
        throw Error("%1: was written by a newer Fanlight; finish the run with that one", where);
    plan.model_folder = required<std::string>(json, "model_folder", where);
    plan.recipe = required<Recipe>(json, "recipe", where);
    plan.devices = required<std::vector<std::string>>(json, "devices", where);
    plan.placement =
        json.contains("placement") ? required<RunPlacement>(json, "placement", where) : replicas_on(plan.devices);
    plan.packed_weights = optional_or(json, "packed_weights", false, where);
    for (const Json& other : optional_or(json, "other_models", Json::array_t(), where))
        plan.others.push_back(other_model_of(other, where));
    for (int model = 0; model < plan.models(); ++model) {
        check_loras(plan.model(model).recipe, where);
        check_embeddings(plan.model(model).recipe, where);
        check_components(plan.model(model).recipe, where);
    }
    plan.split = split_of(required<std::string>(json, "split", where), where);
    plan.apply_padding = required<bool>(json, "apply_padding", where);
    plan.gather = optional_or(json, "gather", false, where);
    plan.csv = optional_or(json, "csv", false, where);
    plan.same_seed = optional_or(json, "same_seed", false, where);
    plan.on_oom = on_oom_of(optional_or<std::string>(json, "on_oom", "same", where), where);
    plan.cache_embeddings = optional_or(json, "cache_embeddings", false, where);
    plan.emphasis = optional_or(json, "emphasis", Emphasis::Literal, where);
    required<Json::array_t>(json, "items", where);  // already taken
    check_plan(plan, where);
    set_recipes(plan);
    return plan;
}

RunPlan read_plan(const fs::path& folder) {
    const fs::path file = folder / ".fanlight" / "run.json";
    std::error_code error;
    if (!fs::exists(file, error)) throw UsageError("%1 holds no run: there is no .fanlight/run.json in it", folder);
    return read_plan_file(file);
}

}  // namespace fanlight
