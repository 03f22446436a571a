#include "core/plan/given_network.h"

#include "core/config/component_catalog.h"
#include "core/config/few_steps.h"
#include "core/families/families.h"
#include "core/families/told_training.h"

namespace fanlight {

namespace {

/// Of a file: folders say nothing that the model's scheduler config does not.
void take_training(ModelCard& card, const ReplacedComponent& network) {
    const ToldTraining told = told_training(network.file);
    const bool is_own = told.prediction == card.scheduler_config.value("prediction_type", "epsilon") && !told.zero_snr;
    if (told.prediction.empty() || is_own) return;
    card.training = {told.prediction, told.zero_snr && told.prediction == "v_prediction"};
    card.scheduler_config = open_model_files(card.folder, card.training).files.config("scheduler");
    card.training_note = Sentence("has the network %1, which predicts %2, as %3 says", in_quotes(network.name),
                                  told.prediction, told.by);
}

}  // namespace

void take_given_network(ModelCard& card, const std::string& network, const std::string& prediction,
                        const ModelPlaces& places) {
    const ReplaceableKind* kind = replaceable_kind(card.pipeline_class, network_kind);
    if (network.empty() || !kind) return;
    const ReplacedComponents found = find_component(*kind, network, places);
    if (!card.flow && prediction.empty() && is_single_file(found.front().file)) take_training(card, found.front());
    KnownModel model = open_model_files(card.folder, card.training);
    replace_components(model, found);
    const ModelTraits traits = model.family.traits([&](const std::string& component) -> ComponentConfig {
        if (component == index_config && !model.files.is_single_file())
            return {read_model_index(card.folder), model_index_file(card.folder).string()};
        return {model.files.config(component), model.files.place_of(component)};
    });
    if (traits.guidance != card.traits.guidance) {
        card.defaults.steps = traits.steps;
        card.defaults.cfg_scale = traits.cfg_scale;
    }
    card.traits = traits;
    if (const auto told = told_distillation(found.front().name, model.family.distillations))
        take_distillation(card, *told, true,
                          Sentence("has the network %1, which is distilled for %2, as its name says",
                                   in_quotes(found.front().name), shown(*told)));
}

}  // namespace fanlight
