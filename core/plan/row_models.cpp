#include "core/plan/row_models.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/base/number_text.h"
#include "core/base/text.h"
#include "core/batch/parameter_rules.h"
#include "core/batch/prompt_syntax.h"
#include "core/config/lora_catalog.h"
#include "core/families/families.h"
#include "core/plan/given_network.h"
#include "core/plan/make_plan.h"
#include "core/plan/model_checks.h"

namespace fanlight {

namespace {

constexpr NoteKind left_out_lora = {
    "The LoRA %1 is left out in %2 (%3); it is not among those that are kept here, or is not for the model",
    "The LoRAs %1 are left out in %2 (%3); they are not among those that are kept here, or are not for the model",
    true};

/// Whether the row's prompts are taken word by word, so that tags are words, too.
bool is_literal(const PromptRow& row, const Task& defaults) {
    if (!defaults.is<ImageTask>()) return true;
    return defaults.with(row.overrides).as<ImageTask>().emphasis == Emphasis::Literal;
}

/// What a row has from the run becomes its own if there are tags to be taken out of it.
void take_tagged_texts(Overrides& row, const ImageTask& run) {
    const std::pair<std::optional<std::string>*, const std::string&> texts[] = {
        {&row.negative_prompt, run.negative_text()},
        {&row.prompt_2, run.prompt_2},
        {&row.negative_prompt_2, run.negative_prompt_2}};
    for (const auto& [own, of_run] : texts)
        if (!*own && !network_tags(of_run).empty()) *own = of_run;
}

/// Equal for equal LoRAs only.
std::string text_of(const std::vector<Lora>& loras) {
    std::string text;
    for (const Lora& lora : loras) {
        text += lora.name + '\0' + lora.file + '\0' + lora.hash + ' ' + number_text(lora.weight);
        if (lora.text_encoder_weight) text += ' ' + number_text(*lora.text_encoder_weight);
        text += '\0';
    }
    return text;
}

void leave_model_open(PromptRow& row, ListNotes& notes) {
    if (!row.overrides.model || !row.overrides.tells_of_image) return;
    notes.add(model_column, "model", row.source);
    row.overrides.model.reset();
}

}  // namespace

void ImageRowSettler::settle(PromptRow& row, ListNotes& notes) {
    if (!row.overrides.tells_of_image) return;
    leave_model_open(row, notes);
    if (!row.overrides.loras) return;
    std::erase_if(*row.overrides.loras, [&](const Lora& lora) {
        if (is_here(lora.name)) return false;
        notes.add(left_out_lora, in_quotes(lora.name), row.source);
        return true;
    });
    if (row.overrides.loras->empty()) row.overrides.loras.reset();
}

bool ImageRowSettler::is_here(const std::string& lora) {
    const auto [known, is_new] = known_.try_emplace(lora, true);
    if (is_new) try {
            find_lora({.name = lora}, places_);
        } catch (const Error&) {
            known->second = false;
        }
    return known->second;
}

Overrides given_values(const PlanRequest& request, const ModelCard& card, const std::string& where) {
    Overrides given;
    for (const auto& [name, text] : request.parameters) {
        const ParameterRule* rule = find_parameter(name, card.task);
        if (!rule) refuse_useless(card, where, name);
        rule->read(text, given, shown(where, name));
    }
    check_negative_prompt(card, given, shown(where, "negative_prompt"));
    check_second_prompts(card, given, shown(where, given.prompt_2 ? "prompt_2" : "negative_prompt_2"));
    check_sizes(card, given, shown(where, given.original_size ? "original_size" : "crop"));
    check_true_cfg_scale(card, given, shown(where, "true_cfg_scale"));
    check_clip_skip(card, given, shown(where, "clip_skip"));
    if (given.refiner_switch && request.refiner.empty())
        throw UsageError("%1 has no effect without a refiner; give one, or leave it out.",
                         shown(where, "refiner_switch"));
    return given;
}

void read_for(const ModelCard& card, ListReading& reading) {
    const ModelTraits& traits = card.traits;
    reading.a1111_clip_skip = traits.a1111_clip_skip;
    reading.is_for_flows = card.flow;
    reading.others_cfg = traits.takes_true_cfg   ? OthersCfg::True
                         : traits.cfg_floor == 0 ? OthersCfg::OneMore
                                                 : OthersCfg::Usual;
}

RowModels::RowModels(const PlanRequest& request, ModelCard own, const ModelPlaces& places, const std::string& where,
                     ListNotes& notes)
    : request_(request), places_(places), where_(where), notes_(notes) {
    open(std::move(own));
    for (const std::string& text : request.loras) {
        Lora lora = lora_option(text);
        found_lora(lora, this->own());  // refused at once, even if every row has its own
        add_loras(own_loras_, {std::move(lora)});
    }
}

RowModel& RowModels::open(ModelCard card) {
    take_given_network(card, request_.network, request_.prediction, places_);
    const Overrides given = given_values(request_, card, where_);
    Task task = find_task_kind(card.task).blank().with(card.defaults);
    if (!request_.refiner.empty() && task.is<ImageTask>()) task.edit<ImageTask>().refiner_switch = usual_refiner_switch;
    task = task.with(given);
    if (task.is<ImageTask>()) task.edit<ImageTask>().cfg_floor = card.traits.cfg_floor;
    const bool has_negative = given.negative_prompt || !given.negative_prompt_2.value_or("").empty();
    if (card.traits.tells_absent_negative && !has_negative) task.edit<ImageTask>().negative_prompt.reset();
    return *models_.emplace_back(std::make_unique<RowModel>(std::move(card), std::move(task), places_));
}

namespace {

/// What an image made by another model says, and this one has no use for.
void leave_out_useless(Overrides& values, const ModelCard& card) {
    if (!values.tells_of_image) return;
    if (!card.flow) values.shift.reset();
    if (!card.traits.takes_true_cfg) values.true_cfg_scale.reset();
    if (!card.traits.reads_with_clip) values.clip_skip.reset();
    if (!card.traits.negative_prompt) values.negative_prompt.reset();
}

}  // namespace

RowModels::Choice RowModels::of(PromptRow& row) {
    leave_model_open(row, notes_);
    const auto& name = row.overrides.model;
    RowModel& model = name ? model_called(*name, row.source) : own();
    leave_out_useless(row.overrides, model.card);
    return {&model, found(asked_by(row, model), row, model)};
}

RowModel& RowModels::model_called(const std::string& name, const Place& where) {
    RowModel*& called = called_[name];
    if (called) return *called;
    try {
        ModelCard card = find_model(name, places_, own().card.task);
        card.task = task_of(card, own().card.task);
        const auto same = std::find_if(models_.begin(), models_.end(),
                                       [&](const auto& each) { return each->card.folder == card.folder; });
        called = same != models_.end() ? same->get() : &open(std::move(card));
    } catch (const Error& error) {
        throw UsageError("%1: %2", where, sentence_of(error));
    }
    return *called;
}

/// Those of a row, or the run's. What it asks for by tags comes on top.
std::vector<Lora> RowModels::asked_by(PromptRow& row, const RowModel& model) const {
    std::vector<Lora> loras = own_loras_;
    if (row.overrides.loras && !row.overrides.tells_of_image) loras.clear();
    if (row.overrides.loras) add_loras(loras, *row.overrides.loras);
    if (is_literal(row, model.defaults)) return loras;
    take_tagged_texts(row.overrides, model.defaults.as<ImageTask>());
    add_loras(loras, take_lora_tags(row));
    return loras;
}

std::vector<Lora> RowModels::found(const std::vector<Lora>& asked, const PromptRow& row, RowModel& model) {
    std::vector<Lora> loras;
    for (const Lora& each : asked) {
        try {
            loras.push_back(found_lora(each, model));
        } catch (const Error& error) {
            if (!row.overrides.tells_of_image) throw UsageError("%1: %2", row.source, sentence_of(error));
            notes_.add(left_out_lora, in_quotes(each.name), row.source);
            continue;
        }
        loras.back().weight = each.weight;
        loras.back().text_encoder_weight = each.text_encoder_weight;
    }
    return loras;
}

/// Its weights are any row's. Each is looked for once, since thousands of rows may ask for one that is not here.
const Lora& RowModels::found_lora(const Lora& asked, RowModel& model) {
    const auto [found, is_new] = loras_.try_emplace({asked.name, &model});
    if (is_new) try {
            found->second.lora = find_for(asked, model);
        } catch (const Error&) {
            found->second.refusal = std::current_exception();
        }
    if (found->second.refusal) std::rethrow_exception(found->second.refusal);
    return found->second.lora;
}

Lora RowModels::find_for(const Lora& asked, RowModel& model) const {
    const Lora lora = find_lora(asked, places_, family_of_class(model.card.pipeline_class));
    if (!model.files) model.files.emplace(open_model_files(model.card.folder, model.card.training));
    check_lora(open_lora(lora.file), *model.files);
    return lora;
}

std::vector<NamedEmbedding> RowModels::embeddings_of(const RowModel& model) const {
    std::vector<NamedEmbedding> embeddings;
    if (!model.embeddings) return embeddings;
    for (const std::string& name : model.embeddings->called()) embeddings.push_back(find_embedding(name, places_));
    return embeddings;
}

int RowModels::number_of(const Choice& choice) {
    const auto next = static_cast<int>(counted_.size());
    const auto [known, is_new] = numbers_.try_emplace({choice.model, text_of(choice.loras)}, next);
    if (is_new) counted_.push_back(choice);
    return known->second;
}

}  // namespace fanlight
