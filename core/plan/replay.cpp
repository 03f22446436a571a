#include "core/plan/replay.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/sha256.h"
#include "core/base/text.h"
#include "core/config/component_catalog.h"
#include "core/config/embedding_catalog.h"
#include "core/config/hash_cache.h"
#include "core/config/lora_catalog.h"
#include "core/config/model_catalog.h"
#include "core/devices/device_list.h"
#include "core/devices/memory_reserve.h"
#include "core/families/prompt_layouts.h"
#include "core/images/png_reader.h"
#include "core/images/recipe_text.h"
#include "core/output/run_results.h"
#include "core/plan/cpu_layout.h"
#include "core/run/finished_rows.h"

namespace fanlight {

namespace fs = std::filesystem;

namespace {

constexpr std::uintmax_t max_image_bytes = std::uintmax_t{1} << 30;

ManifestRow row_of_image(const fs::path& image) {
    const auto texts = read_png_texts_of_file(image);
    const auto own =
        std::find_if(texts.begin(), texts.end(), [](const auto& t) { return t.keyword == recipe_keyword; });
    if (own == texts.end())
        throw UsageError("%1 was not made by Fanlight; make an image like it with generate -p", image);
    ManifestRow row;
    Recipe recipe;
    std::tie(row.item.task, recipe) = read_recipe_text(own->text, image.string());
    set_recipe(row.item, std::move(recipe));
    row.item.place = image.filename().string();
    row.made.content = ResultFile{.name = row.item.place, .sha256 = sha256_hex_of_file(image)};
    return row;
}

/// The images that `source` describes, and their folder.
std::pair<std::vector<ManifestRow>, fs::path> images_of(const fs::path& source) {
    if (fs::is_directory(source)) return {finished_rows(source), source};
    if (const fs::path run = run_folder_of(source.string()); run != source && fs::is_directory(run))
        return {finished_rows(run), run};  // a text run's results
    const std::string ending = source.extension().string();
    if (ending == ".jsonl" || ending == ".csv")  // both have the same contents
        return {read_manifest_jsonl(fs::path(source).replace_extension(".jsonl")), source.parent_path()};
    return {{row_of_image(source)}, source.parent_path()};
}

/// Those that are new, in their order: each image tells of its own. false: a name stands for two of them.
bool unite_embeddings(std::vector<NamedEmbedding>& all, const std::vector<NamedEmbedding>& own) {
    for (const NamedEmbedding& embedding : own) {
        const auto known = std::find_if(all.begin(), all.end(),
                                        [&](const NamedEmbedding& each) { return each.name == embedding.name; });
        if (known == all.end())
            all.push_back(embedding);
        else if (known->hash != embedding.hash)
            return false;
    }
    return true;
}

Recipe without_embeddings(Recipe recipe) {
    recipe.embeddings.clear();
    return recipe;
}

/// Of all of them.
Recipe recipe_of(const std::vector<ManifestRow>& rows, const fs::path& source) {
    if (rows.empty()) throw UsageError("%1 tells of no image, so there is nothing to make again", source);
    Recipe all = rows.front().recipe();
    for (const ManifestRow& row : rows) {
        Recipe own = row.recipe();
        own.threads = all.threads;  // they do not affect pixels
        own.card = all.card;        // see card_warning()
        if (!unite_embeddings(all.embeddings, own.embeddings) || !(without_embeddings(own) == without_embeddings(all)))
            throw UsageError("%1 tells of images of different models or settings (%2 and %3); replay them one by one",
                             source, rows.front().item.place, row.item.place);
    }
    return all;
}

/// Finds what took the place of the model's own components, as find_weights() does.
void find_components(Recipe& recipe, const ModelCard& card, const ModelPlaces& places) {
    for (ReplacedComponent& component : recipe.components) {
        const ReplaceableKind* kind = replaceable_kind(card.pipeline_class, component.kind);
        if (!kind) throw UsageError("The model %1 takes no %2 from elsewhere.", card.name, in_quotes(component.kind));
        std::error_code error;
        const bool is_there = !component.file.empty() && fs::exists(component.file, error);
        const ReplacedComponents here = find_component(*kind, is_there ? component.file : component.name, places);
        if (here.size() != 1 || here.front().hash != component.hash)
            throw UsageError("%1 is not the file that the images were made with: its SHA-256 is %2 and not %3",
                             here.front().file, here.front().hash.substr(0, 10), component.hash.substr(0, 10));
        component.file = here.front().file;
    }
}

/// Where it was, or else by its name.
void find_again(NamedEmbedding& embedding, const ModelPlaces& places) {
    std::error_code error;
    NamedEmbedding here = embedding;
    if (!embedding.file.empty() && fs::is_regular_file(embedding.file, error))
        here.hash = cached_sha256(embedding.file);
    else
        here = find_embedding(embedding.name, places);
    if (here.hash != embedding.hash)
        throw UsageError("%1 is not the embedding that the images were made with: its SHA-256 is %2 and not %3",
                         here.file, here.hash.substr(0, 10), embedding.hash.substr(0, 10));
    embedding.file = here.file;
}

/// Finds the recipe's model, LoRAs, embeddings and components on this machine by name, and checks them by hash.
void find_weights(RunPlan& plan, const ReplayRequest& request, const fs::path& resources) {
    const ModelPlaces places(resources, request.models_dirs);
    const ModelCard card = find_model(request.model.empty() ? plan.recipe.model : request.model, places);
    plan.model_folder = fs::absolute(card.folder).lexically_normal().string();
    if (const std::string hash = model_hash(card.folder); hash != plan.recipe.model_hash)
        throw UsageError(
            "%1 is not the model that the images were made with: its SHA-256 is %2 and not %3; name the right one with "
            "--model",
            plan.model_folder, hash.substr(0, 10), plan.recipe.model_hash.substr(0, 10));
    find_components(plan.recipe, card, places);
    for (NamedEmbedding& embedding : plan.recipe.embeddings) find_again(embedding, places);
    for (Lora& lora : plan.recipe.loras) {
        std::error_code error;
        const Lora here = find_lora(lora.file.empty() || !fs::exists(lora.file, error) ? lora.name : lora.file, places);
        if (here.hash != lora.hash)
            throw UsageError("%1 is not the LoRA that the images were made with: its SHA-256 is %2 and not %3",
                             here.file, here.hash.substr(0, 10), lora.hash.substr(0, 10));
        lora.file = here.file;
    }
}

/// Whether it is left open how the CPU makes them again.
bool asks_for_cpu(const Recipe& recipe, const std::string& asked) {
    return asked == "all" && recipe.device_kind == "cpu";
}

/// The requested devices of the images' kind.
std::vector<std::string> devices_for(const Recipe& recipe, const std::string& asked) {
    if (asks_for_cpu(recipe, asked)) return {"cpu"};
    std::vector<std::string> devices = parse_devices(asked, list_devices(), driver_problem());
    std::erase_if(devices, [&](const std::string& device) { return !device.starts_with(recipe.device_kind); });
    if (devices.empty())
        throw UsageError(
            "The images were made on %1, and images from GPUs and CPUs differ; name such a device in --devices, or "
            "make similar images with generate -p",
            recipe.device_kind == "cpu" ? Sentence("a CPU") : Sentence("GPUs"));
    return devices;
}

/// One sentence if the images were made on GPUs of other models than those that will make them again.
std::string card_warning(const std::vector<ManifestRow>& rows, const std::vector<std::string>& ids) {
    std::set<std::string> made_on, here;
    for (const ManifestRow& row : rows)
        made_on.insert(row.recipe().card.empty() ? row.made.device_name : row.recipe().card);
    for (const Device& device : list_devices())
        if (std::find(ids.begin(), ids.end(), device.id) != ids.end()) here.insert(device.name);
    if (rows.front().recipe().device_kind == "cpu" || made_on == here || made_on.contains("")) return "";
    const bool texts = rows.front().item.task.suffix().empty();
    const std::string made = texts ? "The texts" : "The images";
    const auto names = [](const std::set<std::string>& set) { return listed({set.begin(), set.end()}).text(); };
    return made + " were made on " + names(made_on) + "; on " + names(here) +
           (texts ? " they may come out differently." : " their pixels may differ a little.");
}

}  // namespace

ReplayPlan plan_replay(const ReplayRequest& request, const fs::path& resources) {
    const auto [rows, folder] = images_of(request.source);
    ReplayPlan replay;
    RunPlan& plan = replay.plan;
    plan.recipe = recipe_of(rows, request.source);
    plan.recipe.card.clear();
    find_weights(plan, request, resources);
    plan.devices = devices_for(plan.recipe, request.devices);
    plan.recipe.threads = std::clamp(cpu_device().cores / static_cast<int>(plan.devices.size()), 1, max_threads);
    plan.placement = replicas_on(plan.devices);
    plan.placement.reserved = reserved_memory({}, plan.devices, list_devices());
    replay.warning = card_warning(rows, plan.devices);
    PromptLayouts layouts(plan.model_folder, embeddings_of(plan.recipe, plan.model_folder));
    for (const ManifestRow& row : rows) {
        plan.items.push_back(row.item);
        layouts.set(plan.items.back().task, row.item.place);
        plan.items.back().index = plan.items.back().row = static_cast<int64_t>(plan.items.size()) - 1;
        replay.before.push_back(row.made);
    }
    replay.originals = folder;
    set_recipe(plan.items, plan.recipe);
    if (asks_for_cpu(plan.recipe, request.devices)) lay_out(plan);
    return replay;
}

Likeness likeness(const ReplayPlan& replay, const Result& again, const fs::path& folder) {
    const Result& before = replay.before.at(static_cast<size_t>(again.item));
    if (!again.file() || !before.file()) return again.content == before.content ? Likeness::Bytes : Likeness::None;
    const fs::path file = folder / again.file()->name, original = replay.originals / before.file()->name;
    const std::string bytes = read_file(file, max_image_bytes);
    if (sha256_hex(bytes) == before.file()->sha256) return Likeness::Bytes;
    std::error_code error;
    if (!fs::is_regular_file(original, error)) return Likeness::None;
    const Image image = decode_png(bytes, file.string()), old = read_png(original);
    const bool same = image.width == old.width && image.height == old.height && image.rgb == old.rgb;
    return same ? Likeness::Pixels : Likeness::None;
}

}  // namespace fanlight
