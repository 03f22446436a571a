#pragma once

#include <exception>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/batch/list_reading.h"
#include "core/batch/lora.h"
#include "core/batch/task.h"
#include "core/config/embedding_catalog.h"
#include "core/config/model_catalog.h"
#include "core/families/families.h"
#include "core/families/prompt_layouts.h"
#include "core/plan/schedule_check.h"

namespace fanlight {

struct PlanRequest;

/// A model that rows are made with, and what they may ask of it.
struct RowModel {
    RowModel(ModelCard its_card, Task its_defaults, const ModelPlaces& places)
        : card(std::move(its_card)),
          defaults(std::move(its_defaults)),
          embeddings(embeddings_in(places, card)),
          layouts(card.folder, embeddings),
          schedules(card) {}
    RowModel(const RowModel&) = delete;  // its parts refer to each other

    const ModelCard card;
    const Task defaults;                                 ///< for what a row leaves open
    const std::shared_ptr<PromptEmbeddings> embeddings;  ///< that its prompts may call; null: there are none
    PromptLayouts layouts;
    ScheduleCheck schedules;
    std::optional<KnownModel> files;  ///< opened once a LoRA is to be held against it
};

/// The request's values for what rows leave open. Throws UsageError for what the model has no use for; `where` is a
/// prefix of parameter names in messages.
Overrides given_values(const PlanRequest& request, const ModelCard& card, const std::string& where);

/// Has other programs' images read as they are to be read for the model.
void read_for(const ModelCard& card, ListReading& reading);

/// Leaves out what rows of finished images ask for in vain: their model, and LoRAs that are not here. Whether these are
/// for the run's model is seen when it is planned. One thread.
class ImageRowSettler {
public:
    explicit ImageRowSettler(ModelPlaces places) : places_(std::move(places)) {}

    /// Other rows stay as they are.
    void settle(PromptRow& row, ListNotes& notes);

private:
    bool is_here(const std::string& lora);

    const ModelPlaces places_;
    std::map<std::string, bool> known_;  ///< whether a LoRA is here, by name
};

/// The models and the LoRAs that the rows of a request ask for; each is found once. One thread.
class RowModels {
public:
    /// `own` is for rows that name none. All references must outlive this.
    RowModels(const PlanRequest& request, ModelCard own, const ModelPlaces& places, const std::string& where,
              ListNotes& notes);

    /// What makes a row: a model with LoRAs.
    struct Choice {
        RowModel* model;
        std::vector<Lora> loras;
    };

    RowModel& own() { return *models_.front(); }

    /// That which the row asks for; tags of LoRAs are taken out of its prompts. Throws UsageError naming the row, also
    /// if the model does not do what is asked.
    Choice of(PromptRow& row);

    /// The number of a choice among those that have been counted, in the order in which they were; it is counted if it
    /// is new.
    int number_of(const Choice& choice);
    const std::vector<Choice>& counted() const { return counted_; }

    /// Those that the rows' prompts have called so far, as the model has them.
    std::vector<NamedEmbedding> embeddings_of(const RowModel& model) const;

private:
    RowModel& model_called(const std::string& name, const Place& where);
    RowModel& open(ModelCard card);
    std::vector<Lora> asked_by(PromptRow& row, const RowModel& model) const;
    std::vector<Lora> found(const std::vector<Lora>& asked, const PromptRow& row, RowModel& model);
    const Lora& found_lora(const Lora& asked, RowModel& model);
    Lora find_for(const Lora& asked, RowModel& model) const;

    const PlanRequest& request_;
    const ModelPlaces& places_;
    const std::string where_;
    ListNotes& notes_;
    std::vector<std::unique_ptr<RowModel>> models_;  ///< the first one is the run's own
    std::map<std::string, RowModel*> called_;        ///< those that rows have named
    std::vector<Lora> own_loras_;                    ///< as asked for
    struct FoundLora {
        Lora lora;
        std::exception_ptr refusal;  ///< null: it can be used
    };
    std::map<std::pair<std::string, const RowModel*>, FoundLora> loras_;  ///< by name and for each model
    std::vector<Choice> counted_;
    std::map<std::pair<const RowModel*, std::string>, int> numbers_;  ///< of the counted ones, with their LoRAs as text
};

}  // namespace fanlight
