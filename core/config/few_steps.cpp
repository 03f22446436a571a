#include "core/config/few_steps.h"

namespace fanlight {

void take_distillation(ModelCard& card, const Distillation& told, bool is_file, const Sentence& note) {
    card.defaults.steps = told.steps;
    if (card.traits.guidance == GuidanceKind::Real) card.defaults.cfg_scale = told.cfg_scale;
    if (is_file) {
        card.defaults.sampler = told.sampler;
        card.defaults.schedule = told.schedule;
        if (told.side > 0) card.defaults.width = card.defaults.height = told.side;
    }
    card.few_steps_note = note;
}

Sentence shown(const Distillation& told) {
    return Sentence("%1 (%2)", counted(told.steps, "%n step", "%n steps"), told.method);
}

}  // namespace fanlight
