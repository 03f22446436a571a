#include "core/plan/make_plan.h"

#include <algorithm>
#include <ctime>
#include <map>
#include <set>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/batch/classify_task.h"
#include "core/batch/items.h"
#include "core/batch/names.h"
#include "core/batch/parameter_rules.h"
#include "core/batch/text_task.h"
#include "core/config/component_catalog.h"
#include "core/config/missing_components.h"
#include "core/families/families.h"
#include "core/families/tiling_check.h"
#include "core/plan/device_pairs.h"
#include "core/plan/listed_component.h"
#include "core/plan/model_checks.h"
#include "core/plan/plan_notes.h"
#include "core/plan/row_models.h"

namespace fanlight {

namespace {

/// The commands that do what a model does; a kind of task that is not here is any command's.
struct TaskCommand {
    const char* task;
    SentencePattern<std::string> refusal;  ///< with the model's name
};
constexpr TaskCommand task_commands[] = {{ImageTask::kind, "The model %1 makes images; use fanlight generate."},
                                         {TextTask::kind, "The model %1 makes texts; use fanlight text."},
                                         {ClassifyTask::kind, "The model %1 judges texts; use fanlight classify."}};

/// Texts have templates instead.
void check_affixes(const Affixes& affixes, const ModelCard& card, const std::string& where) {
    for (const auto& [name, text] : {std::pair("prefix", affixes.prefix), std::pair("suffix", affixes.suffix)}) {
        check_text(text, name, shown(where, name));
        if (!text.empty() && card.task != ImageTask::kind) refuse_useless(card, where, name);
    }
}

/// What some kinds of task have no use for, besides parameters.
void check_useful(const PlanRequest& request, const ModelCard& card, const std::string& where) {
    const bool makes_files = !find_task_kind(card.task).blank().suffix().empty();
    const bool has_seeds = find_parameter("seed", card.task) != nullptr;
    if (request.raw && card.task != TextTask::kind) refuse_useless(card, where, "raw");
    if (request.same_seed && !has_seeds) refuse_useless(card, where, "same_seed");
    check_affixes(request.affixes, card, where);
    if (!request.loras.empty() && !makes_files) refuse_useless(card, where, "lora");
    if (request.on_oom != OnOom::Same && card.task != ImageTask::kind) refuse_useless(card, where, "on_oom");
    if (!request.text_device.empty() && card.task != ImageTask::kind) refuse_useless(card, where, "text_device");
    if (!request.cfg_devices.empty() && card.task != ImageTask::kind) refuse_useless(card, where, "cfg_devices");
    if (request.cache_embeddings && card.task != ImageTask::kind) refuse_useless(card, where, "cache_embeddings");
    if (request.weights != WeightForm::Auto && card.task != ImageTask::kind) refuse_useless(card, where, "weights");
    if (request.name_pattern != default_name_pattern && !makes_files) refuse_useless(card, where, "name_pattern");
}

/// A text that is scored is no conversation: it is scored as it is.
void check_template(const PlanRequest& request, const ModelCard& card) {
    if (card.traits.chat_template && !request.raw && card.task == TextTask::kind)
        throw UsageError(
            "The model %1 is made for conversations, and Fanlight cannot put a prompt into its chat template yet; give "
            "--raw to have it continue the prompt as it is.",
            card.name);
}

void add_components(ReplacedComponents& components, const char* name, const std::string& text, const ModelCard& card,
                    const ModelPlaces& places, const std::string& where) {
    const ReplaceableKind* kind = replaceable_kind(card.pipeline_class, name);
    if (!kind) refuse_useless(card, where, name);
    for (ReplacedComponent& each : find_component(*kind, text, places)) components.push_back(std::move(each));
}

/// What takes the place of the models' own components.
class RunComponents {
public:
    RunComponents(const PlanRequest& request, const ModelPlaces& places, std::string where)
        : request_(request), places_(places), where_(std::move(where)) {}

    /// A VAE and a refiner that a list tells of, for this model alone; "": none.
    void add_listed(const ModelCard& card, const std::string& vae, const std::string& refiner) {
        listed_vae_ = vae;
        listed_refiner_ = refiner;
        listed_for_ = card.folder;
    }

    /// What there is to say of them.
    void tell(std::vector<Sentence>& notes) const {
        const auto name_of = [](const std::string& path) {
            return in_quotes(std::filesystem::path(path).filename().string());
        };
        if (!listed_vae_.empty())
            notes.push_back(
                Sentence("The images were made with the VAE %1, which makes these, too", name_of(listed_vae_)));
        if (!listed_refiner_.empty())
            notes.push_back(Sentence("The images were made with the refiner %1, which finishes these, too",
                                     name_of(listed_refiner_)));
    }

    /// For one of the models. What does not fit is refused before anything is loaded; what was found is noted.
    ReplacedComponents of(const ModelCard& card, std::vector<Sentence>& notes) const {
        ReplacedComponents components;
        const bool is_listed = card.folder == listed_for_;
        const std::string& vae = is_listed && !listed_vae_.empty() ? listed_vae_ : request_.vae;
        const std::string& refiner = is_listed && !listed_refiner_.empty() ? listed_refiner_ : request_.refiner;
        if (request_.vae_tiling && !replaceable_kind(card.pipeline_class, vae_kind))
            refuse_useless(card, where_, "vae_tiling");
        if (!request_.network.empty())
            add_components(components, network_kind, request_.network, card, places_, where_);
        if (!vae.empty()) add_components(components, vae_kind, vae, card, places_, where_);
        for (const std::string& encoder : request_.text_encoders)
            add_components(components, text_encoder_kind, encoder, card, places_, where_);
        if (!refiner.empty()) add_components(components, refiner_kind, refiner, card, places_, where_);
        add_missing(components, card, notes);
        if (components.empty() && !request_.vae_tiling) return components;
        KnownModel model = open_model_files(card.folder);
        replace_components(model, components);
        if (request_.vae_tiling) check_vae_tiling(model);
        hash_components(components);
        return components;
    }

private:
    void add_missing(ReplacedComponents& components, const ModelCard& card, std::vector<Sentence>& notes) const {
        const ReplacedComponents missing = find_missing_components(card, components, places_);
        if (missing.empty()) return;
        std::vector<std::string> files;
        for (const ReplacedComponent& each : missing) files.push_back(each.file);
        notes.push_back(Sentence("The model %1 is a network alone, and takes %2", card.name, listed(files)));
        components.insert(components.end(), missing.begin(), missing.end());
    }

    const PlanRequest& request_;
    const ModelPlaces& places_;
    const std::string where_;
    std::string listed_vae_, listed_refiner_;
    std::filesystem::path listed_for_;
};

/// For one of a run's models.
BatchSize batch_size_of(const PlanRequest& request, const RowModel& row_model, const PlannedModel& model,
                        const std::vector<std::string>& ids, const std::vector<Device>& devices) {
    if (request.batch_size == 0) return {default_batch_size(row_model.card.task), ""};
    if (request.batch_size != PlanRequest::auto_batch_size) return {request.batch_size, ""};
    BatchSizePremises premises{.model_folder = model.model_folder,
                               .components = model.recipe.components,
                               .vae_tiling = model.recipe.vae_tiling,
                               .packed_weights = request.weights == WeightForm::Packed,
                               .task = row_model.defaults,
                               .context = row_model.card.traits.context,
                               .dtype = model.recipe.dtype,
                               .reserved = model.placement.reserved,
                               .threads = request.threads > 0 ? request.threads : std::max(1, cpu_device().cores)};
    std::copy_if(devices.begin(), devices.end(), std::back_inserter(premises.devices),
                 [&](const Device& device) { return std::find(ids.begin(), ids.end(), device.id) != ids.end(); });
    return choose_batch_size(premises);
}

/// What rows without styles and a negative prompt of their own have.
struct CommonTexts {
    std::vector<std::string> styles;
    std::string negative_prompt;
};

CommonTexts common_texts(const PlanRequest& request, const ModelCard& card) {
    Overrides given;
    for (const char* name : {"styles", "negative_prompt"})
        if (const auto text = request.parameters.find(name); text != request.parameters.end())
            find_parameter(name, card.task)->read(text->second, given, name);
    return {given.styles.value_or(std::vector<std::string>()), given.negative_prompt.value_or("")};
}

constexpr NoteKind lacking_refiner = {"The setting %1 has no effect in %2 (%3); the run has no refiner",
                                      "The settings %1 have no effect in %2 (%3); the run has no refiner", false};

constexpr NoteKind never_guided = {"The setting %1 has no effect in %2 (%3); the model is never guided by it",
                                   "The settings %1 have no effect in %2 (%3); the model is never guided by them",
                                   false};

constexpr NoteKind lacking_negative = {"The setting %1 has no effect in %2 (%3); it needs a negative prompt",
                                       "The settings %1 have no effect in %2 (%3); they need a negative prompt", false};

constexpr NoteKind lacking_true_cfg = {"The setting %1 has no effect in %2 (%3); it needs a true_cfg_scale above 1",
                                       "The settings %1 have no effect in %2 (%3); they need a true_cfg_scale above 1",
                                       false};

constexpr NoteKind lacking_guidance = {
    "The setting %1 has no effect in %2 (%3); it needs guidance, which a higher cfg_scale gives",
    "The settings %1 have no effect in %2 (%3); they need guidance, which a higher cfg_scale gives", false};

/// What the model, or another setting, leaves without effect.
void note_without_guidance(const Task& task, const ModelCard& card, const PromptRow& row, ListNotes& notes) {
    if (!task.is<ImageTask>() || row.overrides.tells_of_image) return;
    const ImageTask& image = task.as<ImageTask>();
    const bool is_guided = card.traits.guidance != GuidanceKind::None;
    if (!is_guided && image.cfg_scale > card.traits.cfg_scale) notes.add(never_guided, "cfg_scale", row.source);
    const bool has_negative = !image.negative_text().empty();
    if (card.traits.guidance == GuidanceKind::Real && has_negative && image.guided_steps() == 0)
        notes.add(lacking_guidance, "negative_prompt", row.source);
    if (!card.traits.takes_true_cfg) return;
    const bool has_scale = image.true_cfg_scale > 1;
    if (has_scale && !image.negative_prompt) notes.add(lacking_negative, "true_cfg_scale", row.source);
    if (!has_scale && has_negative) notes.add(lacking_true_cfg, "negative_prompt", row.source);
}

/// An image's own refiner is noted itself, or taken.
void note_lacking_refiner(PromptRow& row, ListNotes& notes) {
    if (!row.overrides.refiner_switch || row.overrides.tells_of_image) return;
    if (*row.overrides.refiner_switch < 1) notes.add(lacking_refiner, "refiner_switch", row.source);
    row.overrides.refiner_switch.reset();
}

/// Whoever has no refiner switches to none.
void settle_switches(PlannedRun& plan) {
    for (Item& item : plan.items)
        if (item.task.is<ImageTask>() && image_of(item).refiner_switch < 1 &&
            !component_of(plan.model(item.model).recipe.components, refiner_kind))
            item.task.edit<ImageTask>().refiner_switch = 1;
}

/// Makes items of the rows, which may ask only for what their models accept.
std::vector<Item> items_of(const PlanRequest& request, RowModels& models, const RowDefaults& run, ListNotes& notes,
                           ListedComponents& vaes, ListedComponents& refiners, ListedComponents& text_encoders) {
    RowModel* model = &models.own();
    RowDefaults defaults = run;
    defaults.finish = [&](Task& task, const Place& where) { model->layouts.set(task, where); };
    ItemExpander expander(std::move(defaults));
    static const Styles no_styles;
    const Styles& styles = request.styles ? *request.styles : no_styles;
    const ModelCard& own = models.own().card;
    const CommonTexts common = common_texts(request, own);
    const auto add = [&](PromptRow row) {
        apply_styles(row, common.styles, common.negative_prompt, styles);
        row.prompt = affixed(request.affixes, row.prompt);
        const RowModels::Choice choice = models.of(row);
        model = choice.model;
        check_negative_prompt(model->card, row.overrides, row.source);
        check_second_prompts(model->card, row.overrides, row.source);
        check_sizes(model->card, row.overrides, row.source);
        check_true_cfg_scale(model->card, row.overrides, row.source);
        check_clip_skip(model->card, row.overrides, row.source);
        if (request.refiner.empty()) note_lacking_refiner(row, notes);
        if (leaves_sampler_open(model->card, model->defaults) && !row.overrides.sampler)
            refuse_without_sampler(model->card);
        const Task& task = expander.add(row, model->defaults, models.number_of(choice)).task;
        check_size(model->card, task.shape(), row.source);
        note_without_guidance(task, model->card, row, notes);
        model->schedules(task, row.source);
    };
    for (const PromptRow& row : request.rows) add(row);
    ListReading reading(own.task);
    read_for(own, reading);
    reading.notes = &notes;
    reading.vaes = &vaes;
    reading.refiners = &refiners;
    reading.text_encoders = &text_encoders;
    if (request.list) request.list(reading, add);
    return expander.take();
}

/// What a run has besides its rows.
RowDefaults run_defaults(const PlanRequest& request, const RowModel& own, const std::string& where) {
    const Overrides given = given_values(request, own.card, where);
    const int items_per_row = given.images.value_or(1);
    if (items_per_row > 1 && own.defaults.is<TextTask>() && !own.defaults.as<TextTask>().do_sample)
        throw UsageError("%1: greedy texts of one prompt are all the same; sample them, with --temperature say.",
                         shown(where, "samples"));
    const uint64_t seed = given.random_seed ? random_seed() : given.seed.value_or(default_seed);
    return {own.defaults.with_seed(seed), items_per_row, request.same_seed};
}

/// The first of these devices that is too old for it; nullptr: none is.
const Device* too_old_for(const DtypeName& dtype, const std::vector<std::string>& ids,
                          const std::vector<Device>& devices) {
    const auto found = std::find_if(devices.begin(), devices.end(), [&](const Device& device) {
        return device.capability > 0 && device.capability < dtype.capability &&
               std::find(ids.begin(), ids.end(), device.id) != ids.end();
    });
    return found == devices.end() ? nullptr : &*found;
}

/// What all of the run's devices compute in if nobody says. On GPUs 16 bits are several times as fast, whatever the
/// file holds, and float16 is the more exact of the two as long as no number is too large for it.
std::string chosen_dtype(const ModelCard& card, const std::vector<std::string>& ids,
                         const std::vector<Device>& devices) {
    if (kind_of(ids) == "cpu") return "float32";
    if (!card.overflows_float16) return "float16";
    return too_old_for(*find_dtype("bfloat16"), ids, devices) ? "float32" : "bfloat16";
}

/// The dtype, if these devices can compute in it.
std::string dtype_of(const PlanRequest& request, const ModelCard& card, const std::vector<std::string>& ids,
                     const std::vector<Device>& devices) {
    if (request.dtype == automatic_dtype) return chosen_dtype(card, ids, devices);
    check_dtype(request.dtype, ids, devices);
    return request.dtype;
}

/// A device as users name it, among those that are there.
const Device* device_called(const std::string& id, const std::vector<Device>& devices) {
    const auto found = std::find_if(devices.begin(), devices.end(), [&](const Device& each) { return each.id == id; });
    return found == devices.end() ? nullptr : &*found;
}

/// Where the text encoders work; empty: beside the network.
std::string text_device_of(const PlanRequest& request, const std::string& where, const std::vector<std::string>& ids,
                           const std::vector<Device>& devices) {
    const std::string id(trimmed(request.text_device)), option = shown(where, "text_device");
    if (id.empty()) return "";
    const Device* device = device_called(id, devices);
    if (id != "cpu" && !device)
        throw UsageError("%1: there is no device %2; name cpu, or a GPU such as cuda:1.", option, in_quotes(id));
    if (kind_of(ids) == "cpu" && id != "cpu")
        throw UsageError(
            "%1: the network works on the CPU, and the text encoders beside it; leave it out, or name GPUs in "
            "--devices.",
            option);
    const auto is_slice = [&](const std::string& each) {
        const Device* known = device_called(each, devices);
        return known && known->slice;
    };
    const bool is_apart = id != "cpu" && ids != std::vector{id};
    if (is_apart && (is_slice(id) || std::any_of(ids.begin(), ids.end(), is_slice)))
        throw UsageError("%1: a process that uses a MIG instance sees no other GPU; give cpu, or leave it out.",
                         option);
    return kind_of(ids) == "cpu" || ids == std::vector{id} ? "" : id;
}

/// Where parts of a run's models are, besides the workers' own devices.
struct OtherDevices {
    std::string text_device;        ///< see RunPlacement
    std::vector<DevicePair> pairs;  ///< of the workers; empty: there are none

    /// All that the networks are on. `ids`: the workers' own.
    std::vector<std::string> with(const std::vector<std::string>& ids) const {
        return pairs.empty() ? ids : both_of(pairs);
    }
};

/// All but its batch size, LoRAs and embeddings. What was found for it is noted in the plan.
PlannedModel planned_model(const PlanRequest& request, const ModelCard& card, const RunComponents& components,
                           const OtherDevices& others, PlannedRun& plan, const std::vector<Device>& devices) {
    const std::vector<std::string>& ids = plan.devices;
    const int cores = std::max(1, cpu_device().cores), workers = static_cast<int>(ids.size());
    PlannedModel model{
        .model_folder = std::filesystem::absolute(card.folder).lexically_normal().string(),
        .recipe = {.model = card.name,
                   .model_hash = "",
                   .dtype = dtype_of(request, card, ids, devices),
                   .device_kind = kind_of(ids),
                   .threads = request.threads > 0 ? request.threads : std::clamp(cores / workers, 1, max_threads),
                   .components = components.of(card, plan.notes),
                   .prediction = card.training.prediction,
                   .zero_snr = card.training.zero_snr,
                   .vae_tiling = request.vae_tiling,
                   .text_device_kind = others.text_device == "cpu" ? "cpu" : ""},
        .placement = replicas_on(ids)};
    model.placement.text_device = others.text_device;
    model.placement.reserved = reserved_memory(request.reserve, others.with(ids), devices);
    return model;
}

/// The models that rows use, each as often as there are sets of LoRAs for it. All have the smallest of their batch
/// sizes.
void add_models(PlannedRun& plan, const PlanRequest& request, const RowModels& models, const RunComponents& components,
                const std::vector<DevicePair>& pairs, const std::string& where, const std::vector<Device>& devices) {
    const OtherDevices others{text_device_of(request, where, plan.devices, devices), pairs};
    std::vector<PlannedModel> all;
    std::map<const RowModel*, PlannedModel> without_loras;
    BatchSize smallest;
    std::set<std::string> called;
    for (const auto& [row_model, loras] : models.counted()) {
        const auto [known, is_new] = without_loras.try_emplace(row_model);
        if (is_new) {
            const ModelCard& card = row_model->card;
            if (!pairs.empty()) check_pairs(card, where);
            known->second = planned_model(request, card, components, others, plan, devices);
            known->second.recipe.embeddings = models.embeddings_of(*row_model);
            for (const NamedEmbedding& embedding : known->second.recipe.embeddings) called.insert(embedding.name);
            const BatchSize own = batch_size_of(request, *row_model, known->second, plan.devices, devices);
            const bool is_first = without_loras.size() == 1;
            if (is_first || own.items < smallest.items) smallest = own;
            for (const Sentence& note : {is_first ? Sentence() : card.training_note, card.few_steps_note})
                if (!note.empty()) plan.notes.push_back(Sentence("The model %1 %2", card.name, note));
        }
        all.push_back(known->second);
        all.back().recipe.loras = loras;
    }
    for (PlannedModel& model : all) model.recipe.batch_size = smallest.items;
    if (!called.empty())
        plan.notes.push_back(
            Sentence("Names in the prompts stand for embeddings: %1", listed({called.begin(), called.end()})));
    plan.batch_size_why = smallest.why;
    plan.training_note = models.counted().front().model->card.training_note;
    plan.others.assign(std::make_move_iterator(all.begin() + 1), std::make_move_iterator(all.end()));
    static_cast<PlannedModel&>(plan) = std::move(all.front());
}

}  // namespace

std::string task_of(const ModelCard& card, const std::string& asked) {
    const bool is_asked = std::find(card.also.begin(), card.also.end(), asked) != card.also.end();
    if (is_asked) return asked;
    for (const auto& [task, refusal] : task_commands)
        if (!asked.empty() && card.task == task && asked != task) throw UsageError(refusal, card.name);
    return card.task;
}

std::string kind_of(const std::vector<std::string>& devices) {
    const auto on_gpu = [](const std::string& device) { return device.starts_with("cuda"); };
    const auto gpus = std::count_if(devices.begin(), devices.end(), on_gpu);
    if (gpus != 0 && gpus != static_cast<std::ptrdiff_t>(devices.size()))
        throw UsageError("A run uses either GPUs or CPUs, since their pictures differ; name one kind in --devices.");
    return gpus == 0 ? "cpu" : "cuda";
}

void check_dtype(const std::string& name, const std::vector<std::string>& ids, const std::vector<Device>& devices) {
    const DtypeName* dtype = find_dtype(name);
    if (!dtype) throw UsageError("There is no dtype \"%1\"; choose one of %2.", name, listed(dtype_choices()));
    if (!dtype->on_cpus && kind_of(ids) == "cpu")
        throw UsageError("--dtype %1 is for GPUs; on a CPU use %2.", dtype->name, dtype->in_place_of);
    if (const Device* device = too_old_for(*dtype, ids, devices))
        throw UsageError("--dtype %1: %2 (%3) is too old for it; use %4, or a GPU of compute capability 8.0 or higher.",
                         dtype->name, device->id, device->name, dtype->in_place_of);
}

PlannedRun make_plan(const PlanRequest& request, const std::filesystem::path& resources, const std::string& where,
                     const std::vector<Device>& devices, const Sentence& hidden) {
    const ModelPlaces places(resources, request.models_dirs);
    ModelCard card = find_model(request.model, places, request.task, request.prediction);
    card.task = task_of(card, request.task);
    check_useful(request, card, where);
    check_template(request, card);
    ListNotes notes;
    RowModels models(request, std::move(card), places, where, notes);
    const RowModel& own = models.own();
    const RowDefaults defaults = run_defaults(request, own, where);
    PlannedRun plan;
    const std::vector<DevicePair> pairs = device_pairs(request, where, devices, hidden);
    plan.devices = pairs.empty() ? parse_devices(request.devices, devices, hidden) : firsts_of(pairs);
    ListedComponents vaes, refiners, text_encoders;
    plan.items = items_of(request, models, defaults, notes, vaes, refiners, text_encoders);
    if (plan.items.empty()) throw UsageError("The list holds no prompt, so there is nothing to make.");
    for (ListedComponents* listed : {&vaes, &refiners})
        if (!request.rows.empty()) listed->emplace_back("", request.rows.front().source);
    RunComponents components(request, places, where);
    const std::string listed_vae = listed_component(vae_kind, vaes, request.vae, own.card, places),
                      listed_refiner = listed_component(refiner_kind, refiners, request.refiner, own.card, places);
    components.add_listed(own.card, listed_vae, listed_refiner);
    // What all were made with is taken, under whatever name it is found.
    if (!listed_vae.empty()) vaes.clear();
    if (!listed_refiner.empty()) refiners.clear();
    plan.same_seed = request.same_seed;
    if (const auto alike = rows_of_like_items(plan.items); plan.same_seed && !alike.empty())
        plan.notes.push_back(Sentence(like_results_note, shown(where, "same_seed"), alike.begin()->second));
    if (defaults.task.is<ImageTask>()) {
        plan.emphasis = defaults.task.as<ImageTask>().emphasis;
        plan.on_oom = request.on_oom;
    }
    plan.cache_embeddings = request.cache_embeddings;
    plan.split = request.split;
    plan.apply_padding = request.apply_padding;
    add_models(plan, request, models, components, pairs, where, devices);
    for (const auto& [kind, images] :
         {std::pair(vae_kind, vaes), {refiner_kind, refiners}, {text_encoder_kind, text_encoders}})
        note_unused(kind, images, plan.recipe.components, notes);
    std::vector<Sentence> of_list = notes.sentences();
    components.tell(of_list);
    plan.notes.insert(plan.notes.begin(), of_list.begin(), of_list.end());
    share_guidance(plan, pairs, where);
    settle_switches(plan);
    set_recipes(plan);
    name_items(plan.items, request.name_pattern);
    return plan;
}

std::filesystem::path new_run_folder(const std::filesystem::path& parent) {
    char text[64];
    const std::time_t now = std::time(nullptr);
    std::strftime(text, sizeof text, "fanlight-%Y%m%d-%H%M%S", std::localtime(&now));
    std::error_code ignored;
    std::filesystem::path folder = parent / text;
    for (int i = 2; std::filesystem::exists(folder, ignored); ++i)
        folder = parent / (std::string(text) + "-" + std::to_string(i));
    return folder;
}

}  // namespace fanlight
