#include "core/plan/make_plan.h"

#include <algorithm>
#include <ctime>
#include <set>
#include <tuple>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/batch/classify_task.h"
#include "core/batch/items.h"
#include "core/batch/names.h"
#include "core/batch/parameter_rules.h"
#include "core/batch/text_task.h"
#include "core/config/component_catalog.h"
#include "core/config/embedding_catalog.h"
#include "core/config/lora_catalog.h"
#include "core/families/families.h"
#include "core/families/passed_scheduler_config.h"
#include "core/families/prompt_layouts.h"
#include "core/plan/listed_vae.h"
#include "core/schedulers/check_schedule.h"

namespace fanlight {

namespace {

/// cfg_scale as named in messages: "--cfg-scale" on the command line; the window has no prefix.
std::string shown(const std::string& where, std::string name) {
    if (!where.empty()) std::replace(name.begin(), name.end(), '_', '-');
    return where + name;
}

void check_negative_prompt(const ModelCard& card, const Overrides& values, const Place& where) {
    if (!card.traits.negative_prompt && !values.negative_prompt.value_or("").empty())
        throw UsageError("%1: the model %2 takes no negative prompt; leave it out.", where, card.name);
}

/// Throws UsageError if the model is not told them.
void check_sizes(const ModelCard& card, const Overrides& values, const Place& where) {
    if (!card.traits.takes_sizes && (values.original_size || values.crop))
        throw UsageError("%1: the model %2 is told neither an original size nor a crop; leave them out.", where,
                         card.name);
}

/// The commands that do what a model does; a kind of task that is not here is any command's.
struct TaskCommand {
    const char* task;
    SentencePattern<std::string> refusal;  ///< with the model's name
};
constexpr TaskCommand task_commands[] = {{ImageTask::kind, "The model %1 makes images; use fanlight generate."},
                                         {TextTask::kind, "The model %1 makes texts; use fanlight text."},
                                         {ClassifyTask::kind, "The model %1 judges texts; use fanlight classify."}};

[[noreturn]] void refuse_useless(const ModelCard& card, const std::string& where, std::string name) {
    if (name == "do_sample") name = "greedy";  // as the switches are called
    if (name == "special_tokens") name = "no_special_tokens";
    throw UsageError("%1: the model %2 has no use for it; leave it out.", shown(where, name), card.name);
}

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

/// What takes the place of the model's own components.
ReplacedComponents components_of(const PlanRequest& request, const ModelCard& card, const ModelPlaces& places,
                                 const std::string& where) {
    ReplacedComponents components;
    if (!request.vae.empty()) add_components(components, vae_kind, request.vae, card, places, where);
    for (const std::string& encoder : request.text_encoders)
        add_components(components, text_encoder_kind, encoder, card, places, where);
    return components;
}

/// What does not fit is refused before anything is loaded.
void check_components(const ReplacedComponents& components, const ModelCard& card) {
    if (components.empty()) return;
    KnownModel model = open_model_files(card.folder);
    replace_components(model, components);
}

/// Of the run that has been planned so far.
BatchSize batch_size_of(const PlanRequest& request, const ModelCard& card, const RowDefaults& defaults,
                        const RunPlan& plan, const std::vector<Device>& devices) {
    if (request.batch_size == 0) return {default_batch_size(card.task), ""};
    if (request.batch_size != PlanRequest::auto_batch_size) return {request.batch_size, ""};
    BatchSizePremises premises{.model_folder = plan.model_folder,
                               .components = plan.recipe.components,
                               .task = defaults.task,
                               .context = card.traits.context,
                               .dtype = plan.recipe.dtype,
                               .reserved = plan.placement.reserved,
                               .threads = request.threads > 0 ? request.threads : std::max(1, cpu_device().cores)};
    std::copy_if(devices.begin(), devices.end(), std::back_inserter(premises.devices), [&](const Device& device) {
        return std::find(plan.devices.begin(), plan.devices.end(), device.id) != plan.devices.end();
    });
    return choose_batch_size(premises);
}

RowDefaults defaults_of(const PlanRequest& request, const ModelCard& card, const std::string& where) {
    Overrides given;
    for (const auto& [name, text] : request.parameters) {
        const ParameterRule* rule = find_parameter(name, card.task);
        if (!rule) refuse_useless(card, where, name);
        rule->read(text, given, shown(where, name));
    }
    check_negative_prompt(card, given, shown(where, "negative_prompt"));
    check_sizes(card, given, shown(where, given.original_size ? "original_size" : "crop"));
    Task task = find_task_kind(card.task).blank().with(card.defaults).with(given);
    if (card.traits.tells_absent_negative && !given.negative_prompt) task.edit<ImageTask>().negative_prompt.reset();
    const int items_per_row = given.images.value_or(1);
    if (items_per_row > 1 && task.is<TextTask>() && !task.as<TextTask>().do_sample)
        throw UsageError("%1: greedy texts of one prompt are all the same; sample them, with --temperature say.",
                         shown(where, "samples"));
    const uint64_t seed = given.random_seed ? random_seed() : given.seed.value_or(default_seed);
    return {task.with_seed(seed), items_per_row, request.same_seed};
}

void check_size(const ModelCard& card, const TaskShape& shape, const Place& where) {
    const int step = card.traits.size_step;
    if (shape.width == 0 && shape.height == 0) return;
    if (shape.width % step != 0 || shape.height % step != 0)
        throw UsageError("%1: width and height must be multiples of %2 for the model %3, not %4x%5.", where, step,
                         card.name, shape.width, shape.height);
}

/// Whether rows have to name one: the model's own scheduler is not known, and the request names none.
bool leaves_sampler_open(const ModelCard& card, const Task& defaults) {
    return !card.unknown_scheduler.empty() && defaults.is<ImageTask>() &&
           defaults.as<ImageTask>().sampler.str().empty();
}

[[noreturn]] void refuse_without_sampler(const ModelCard& card) {
    throw UsageError("The scheduler of the model %1, %2, is not known; choose a sampler in its place (--sampler): %3.",
                     card.name, card.unknown_scheduler, listed(names_of(sampler_names())));
}

/// Whether the rows' samplers can follow the model's scheduler. Rows that ask for the same are checked once.
class ScheduleCheck {
public:
    explicit ScheduleCheck(const ModelCard& card) : card_(card) {}

    /// Throws UsageError, beginning with `where`.
    void operator()(const Task& task, const Place& where) {
        if (!task.is<ImageTask>() || card_.scheduler_config.is_null()) return;
        const auto& image = task.as<ImageTask>();
        if (!checked_.insert({image.sampler.str(), image.schedule.str(), image.steps, image.eta}).second) return;
        try {
            check_eta(image.sampler.str(), image.eta);
            checked_scheduler_config(config(), image.sampler.str(), image.schedule.str(), image.steps);
        } catch (const Error& error) {
            throw UsageError("%1: %2.", where, sentence_of(error));
        }
    }

private:
    const Json& config() {
        if (config_.is_null()) config_ = passed_scheduler_config(open_model_files(card_.folder, card_.training));
        return config_;
    }

    const ModelCard& card_;
    Json config_;
    std::set<std::tuple<std::string, std::string, int, std::optional<double>>> checked_;
};

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

/// Expands the rows, which may ask only for what the model accepts.
std::vector<Item> items_of(const PlanRequest& request, const ModelCard& card, RowDefaults defaults, ListNotes& notes,
                           ListedVaes& vaes, const std::shared_ptr<PromptEmbeddings>& embeddings) {
    PromptLayouts layouts(card.folder, embeddings);
    ScheduleCheck check_schedule(card);
    const bool sampler_is_open = leaves_sampler_open(card, defaults.task);
    defaults.finish = [&](Task& task, const Place& where) { layouts.set(task, where); };
    ItemExpander expander(std::move(defaults));
    static const Styles no_styles;
    const Styles& styles = request.styles ? *request.styles : no_styles;
    const CommonTexts common = common_texts(request, card);
    const auto add = [&](PromptRow row) {
        apply_styles(row, common.styles, common.negative_prompt, styles);
        row.prompt = affixed(request.affixes, row.prompt);
        check_negative_prompt(card, row.overrides, row.source);
        check_sizes(card, row.overrides, row.source);
        if (sampler_is_open && !row.overrides.sampler) refuse_without_sampler(card);
        const Task& task = expander.add(row).task;
        check_size(card, task.shape(), row.source);
        check_schedule(task, row.source);
    };
    for (const PromptRow& row : request.rows) add(row);
    ListReading reading(card.task);
    reading.a1111_clip_skip = card.traits.a1111_clip_skip;
    reading.notes = &notes;
    reading.vaes = &vaes;
    if (request.list) request.list(reading, add);
    return expander.take();
}

/// Those that the prompts call.
void add_embeddings(PlannedRun& plan, const std::vector<std::string>& names, const ModelPlaces& places) {
    for (const std::string& name : names) plan.recipe.embeddings.push_back(find_embedding(name, places));
    if (names.empty()) return;
    plan.notes.push_back(Sentence("Names in the prompts stand for embeddings: %1", listed(names)));
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
    const RowDefaults defaults = defaults_of(request, card, where);
    PlannedRun plan;
    ReplacedComponents components = components_of(request, card, places, where);
    plan.devices = parse_devices(request.devices, devices, hidden);
    plan.placement = replicas_on(plan.devices);
    plan.placement.reserved = reserved_memory(request.reserve, plan.devices, devices);
    ListNotes notes;
    ListedVaes vaes;
    const std::shared_ptr<PromptEmbeddings> embeddings = embeddings_in(places, card);
    plan.items = items_of(request, card, defaults, notes, vaes, embeddings);
    if (!request.rows.empty()) vaes.emplace_back("", request.rows.front().source);
    const std::string listed = listed_vae(vaes, request.vae, card, places, notes);
    plan.notes = notes.sentences();
    if (!listed.empty()) {
        add_components(components, vae_kind, listed, card, places, where);
        plan.notes.push_back(Sentence("The images were made with the VAE %1, which makes these, too",
                                      in_quotes(components.back().name)));
    }
    plan.same_seed = request.same_seed;
    if (plan.same_seed && defaults.items_per_row > 1)
        plan.notes.push_back(Sentence("%1: the %2 results of a prompt are all alike", shown(where, "same_seed"),
                                      defaults.items_per_row));
    if (defaults.task.is<ImageTask>()) plan.emphasis = defaults.task.as<ImageTask>().emphasis;
    if (plan.items.empty()) throw UsageError("The list holds no prompt, so there is nothing to make.");
    name_items(plan.items, request.name_pattern, card.name);
    plan.model_folder = std::filesystem::absolute(card.folder).lexically_normal().string();
    plan.split = request.split;
    plan.apply_padding = request.apply_padding;
    const int cores = std::max(1, cpu_device().cores), workers = static_cast<int>(plan.devices.size());
    plan.recipe = {.model = card.name,
                   .model_hash = "",
                   .dtype = dtype_of(request, card, plan.devices, devices),
                   .device_kind = kind_of(plan.devices),
                   .threads = request.threads > 0 ? request.threads : std::clamp(cores / workers, 1, max_threads)};
    check_components(components, card);
    plan.recipe.components = std::move(components);
    const BatchSize batch_size = batch_size_of(request, card, defaults, plan, devices);
    plan.recipe.batch_size = batch_size.items;
    plan.batch_size_why = batch_size.why;
    plan.recipe.prediction = card.training.prediction;
    plan.recipe.zero_snr = card.training.zero_snr;
    plan.training_note = card.training_note;
    for (const std::string& lora : request.loras)
        plan.recipe.loras.push_back(find_lora(lora, places, family_of_class(card.pipeline_class)));
    if (embeddings) add_embeddings(plan, embeddings->called(), places);
    set_recipe(plan.items, plan.recipe);
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
