#include "core/plan/replay.h"

#include <algorithm>
#include <map>
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
#include "core/plan/weight_choice.h"
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

/// What does not affect pixels, or is asked for elsewhere (see card_warning()), is left out.
Recipe recipe_to_repeat(Recipe recipe) {
    recipe.threads = 1;
    recipe.card.clear();
    return recipe;
}

/// Whether a model's recipe is another one's, too; the embeddings that the latter calls are then the former's.
bool takes_in(Recipe& recipe, const Recipe& own) {
    std::vector<NamedEmbedding> all = recipe.embeddings;
    if (!(without_embeddings(recipe) == without_embeddings(own)) || !unite_embeddings(all, own.embeddings))
        return false;
    recipe.embeddings = std::move(all);
    return true;
}

/// Takes the images' models as the plan's, and says in each item which one is its own.
void take_models(const std::vector<ManifestRow>& rows, const fs::path& source, RunPlan& plan) {
    if (rows.empty()) throw UsageError("%1 tells of no image, so there is nothing to make again", source);
    plan.recipe = recipe_to_repeat(rows.front().recipe());
    for (const ManifestRow& row : rows) {
        const Recipe own = recipe_to_repeat(row.recipe());
        int number = 0;
        while (number < plan.models() && !takes_in(plan.model(number).recipe, own)) ++number;
        if (number == plan.models()) plan.others.push_back({.recipe = own});
        if (own.device_kind != plan.recipe.device_kind)
            throw UsageError("%1 tells of images of GPUs and of CPUs (%2 and %3); replay them one by one", source,
                             rows.front().item.place, row.item.place);
        plan.items.push_back(row.item);
        plan.items.back().model = number;
        plan.items.back().index = plan.items.back().row = static_cast<int64_t>(plan.items.size()) - 1;
    }
}

/// Models, not sets of LoRAs for one.
bool are_of_several(const RunPlan& plan) {
    return std::any_of(plan.others.begin(), plan.others.end(),
                       [&](const PlannedModel& other) { return other.recipe.model_hash != plan.recipe.model_hash; });
}

/// Where the run that made the images had its files, by SHA-256: images do not record paths, but its folder does.
class FilesOfRun {
public:
    explicit FilesOfRun(const fs::path& folder) {
        try {
            const RunPlan run = read_plan(folder);
            for (int number = 0; number < run.models(); ++number) add(run.model(number));
        } catch (const Error&) {
            // The images lie elsewhere now; everything is found by name.
        }
    }

    /// The path of the file or folder with this hash if it is still there, or else what it is called.
    std::string find(const std::string& hash, const std::string& file, const std::string& name) const {
        std::error_code error;
        if (!file.empty() && fs::exists(file, error)) return file;
        const auto known = paths_.find(hash);
        return known != paths_.end() && fs::exists(known->second, error) ? known->second : name;
    }

private:
    void add(const PlannedModel& model) {
        paths_[model.recipe.model_hash] = model.model_folder;
        for (const Lora& lora : model.recipe.loras) paths_[lora.hash] = lora.file;
        for (const NamedEmbedding& embedding : model.recipe.embeddings) paths_[embedding.hash] = embedding.file;
        for (const ReplacedComponent& component : model.recipe.components) paths_[component.hash] = component.file;
    }

    std::map<std::string, std::string> paths_;
};

/// Finds what took the place of the model's own components, as find_weights() does.
void find_components(Recipe& recipe, const ModelCard& card, const ModelPlaces& places, const FilesOfRun& files) {
    for (ReplacedComponent& component : recipe.components) {
        const ReplaceableKind* kind = replaceable_kind(card.pipeline_class, component.kind);
        if (!kind) throw UsageError("The model %1 takes no %2 from elsewhere.", card.name, in_quotes(component.kind));
        const std::string asked = files.find(component.hash, component.file, component.name);
        ReplacedComponents here = find_component(*kind, asked, places);
        hash_components(here);
        if (here.size() != 1 || here.front().hash != component.hash)
            throw UsageError("%1 is not the file that the images were made with: its SHA-256 is %2 and not %3",
                             here.front().file, here.front().hash.substr(0, 10), component.hash.substr(0, 10));
        component.file = here.front().file;
    }
}

/// Where it was, or else by its name.
void find_again(NamedEmbedding& embedding, const ModelPlaces& places, const FilesOfRun& files) {
    NamedEmbedding here = embedding;
    here.file = files.find(embedding.hash, embedding.file, "");
    if (here.file.empty())
        here = find_embedding(embedding.name, places);
    else
        here.hash = cached_sha256(here.file);
    if (here.hash != embedding.hash)
        throw UsageError("%1 is not the embedding that the images were made with: its SHA-256 is %2 and not %3",
                         here.file, here.hash.substr(0, 10), embedding.hash.substr(0, 10));
    embedding.file = here.file;
}

/// Finds the model, its LoRAs, embeddings and components on this machine, and checks them by hash. `asked`: where the
/// user says that the model is; empty: they do not.
void find_weights(PlannedModel& model, const std::string& asked, const ModelPlaces& places, const FilesOfRun& files) {
    Recipe& recipe = model.recipe;
    const ModelCard card = find_model(asked.empty() ? files.find(recipe.model_hash, "", recipe.model) : asked, places);
    model.model_folder = fs::absolute(card.folder).lexically_normal().string();
    if (const std::string hash = model_hash(card.folder); hash != recipe.model_hash)
        throw UsageError(
            "%1 is not the model that the images were made with: its SHA-256 is %2 and not %3; name the right one with "
            "--model",
            model.model_folder, hash.substr(0, 10), recipe.model_hash.substr(0, 10));
    find_components(recipe, card, places, files);
    for (NamedEmbedding& embedding : recipe.embeddings) find_again(embedding, places, files);
    for (Lora& lora : recipe.loras) {
        Lora wanted = lora;
        wanted.name = files.find(lora.hash, lora.file, lora.name);
        const Lora here = find_lora(wanted, places);
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
    take_models(rows, request.source, plan);
    if (!request.model.empty() && are_of_several(plan))
        throw UsageError("%1 tells of images of several models, so --model cannot say which one it means; leave it out",
                         request.source);
    const ModelPlaces places(resources, request.models_dirs);
    const FilesOfRun files(folder);
    plan.devices = devices_for(plan.recipe, request.devices);
    std::vector<PromptLayouts> layouts;
    for (int number = 0; number < plan.models(); ++number) {
        PlannedModel& model = plan.model(number);
        find_weights(model, request.model, places, files);
        model.recipe.threads = std::clamp(cpu_device().cores / static_cast<int>(plan.devices.size()), 1, max_threads);
        model.placement = replicas_on(plan.devices);
        model.placement.text_device = model.recipe.text_device_kind;
        model.placement.reserved = reserved_memory({}, plan.devices, list_devices());
        layouts.emplace_back(model.model_folder, embeddings_of(model.recipe, model.model_folder));
    }
    replay.warning = card_warning(rows, plan.devices);
    for (Item& item : plan.items) layouts[static_cast<size_t>(item.model)].set(item.task, item.place);
    for (const ManifestRow& row : rows) replay.before.push_back(row.made);
    replay.originals = folder;
    set_recipes(plan);
    choose_weights(plan, request.weights, {});
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
