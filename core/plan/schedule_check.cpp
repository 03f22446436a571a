#include "core/plan/schedule_check.h"

#include "core/base/error.h"
#include "core/batch/image_task.h"
#include "core/batch/names.h"
#include "core/families/families.h"
#include "core/families/passed_scheduler_config.h"
#include "core/schedulers/check_schedule.h"

namespace fanlight {

void ScheduleCheck::operator()(const Task& task, const Place& where) {
    if (!task.is<ImageTask>() || card_.scheduler_config.is_null()) return;
    const auto& image = task.as<ImageTask>();
    const bool is_new = checked_
                            .insert({image.sampler.str(), image.schedule.str(), image.steps, image.given_timesteps(),
                                     image.eta, image.shift})
                            .second;
    if (!is_new) return;
    const Json& config = this->config();
    try {
        check_shift(image.shift, card_.flow);
        check_eta(image.sampler.str(), image.eta);
        checked_scheduler_config(config, image.sampler.str(), image.schedule.str(), image.steps, card_.flow,
                                 image.given_timesteps());
    } catch (const Error& error) {
        throw UsageError("%1: %2.", where, sentence_of(error).open());
    }
}

const Json& ScheduleCheck::config() {
    if (config_.is_null()) config_ = passed_scheduler_config(open_model_files(card_.folder, card_.training));
    return config_;
}

bool leaves_sampler_open(const ModelCard& card, const Task& defaults) {
    return !card.unknown_scheduler.empty() && defaults.is<ImageTask>() &&
           defaults.as<ImageTask>().sampler.str().empty();
}

void refuse_without_sampler(const ModelCard& card) {
    throw UsageError("The scheduler of the model %1, %2, is not known; choose a sampler in its place (--sampler): %3.",
                     card.name, card.unknown_scheduler, listed(names_of(sampler_names())));
}

}  // namespace fanlight
