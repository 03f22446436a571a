#include "core/plan/model_checks.h"

#include <algorithm>

#include "core/base/error.h"

namespace fanlight {

std::string shown(const std::string& where, std::string name) {
    if (!where.empty()) std::replace(name.begin(), name.end(), '_', '-');
    return where + name;
}

void check_negative_prompt(const ModelCard& card, const Overrides& values, const Place& where) {
    if (!card.traits.negative_prompt && !values.negative_prompt.value_or("").empty())
        throw UsageError("%1: the model %2 takes no negative prompt; leave it out.", where, card.name);
}

void check_second_prompts(const ModelCard& card, const Overrides& values, const Place& where) {
    const bool has_any = !values.prompt_2.value_or("").empty() || !values.negative_prompt_2.value_or("").empty();
    if (!card.traits.takes_second_prompts && has_any)
        throw UsageError("%1: the model %2 has no second text encoder; leave prompt_2 and negative_prompt_2 out.",
                         where, card.name);
}

void check_sizes(const ModelCard& card, const Overrides& values, const Place& where) {
    if (!card.traits.takes_sizes && (values.original_size || values.crop))
        throw UsageError("%1: the model %2 is told neither an original size nor a crop; leave them out.", where,
                         card.name);
}

void check_true_cfg_scale(const ModelCard& card, const Overrides& values, const Place& where) {
    if (!card.traits.takes_true_cfg && values.true_cfg_scale.value_or(1) > 1)
        throw UsageError("%1: the model %2 takes no true CFG scale; leave it out.", where, card.name);
}

void check_clip_skip(const ModelCard& card, const Overrides& values, const Place& where) {
    if (!card.traits.reads_with_clip && values.clip_skip.value_or(0) > 0)
        throw UsageError(
            "%1: the model %2 does not read prompts with CLIP, whose layers could be skipped; leave it out.", where,
            card.name);
}

void refuse_useless(const ModelCard& card, const std::string& where, std::string name) {
    if (name == "do_sample") name = "greedy";  // as the switches are called
    if (name == "special_tokens") name = "no_special_tokens";
    throw UsageError("%1: the model %2 has no use for it; leave it out.", shown(where, name), card.name);
}

void check_size(const ModelCard& card, const TaskShape& shape, const Place& where) {
    const int step = card.traits.size_step;
    if (shape.width == 0 && shape.height == 0) return;
    if (shape.width % step != 0 || shape.height % step != 0)
        throw UsageError("%1: width and height must be multiples of %2 for the model %3, not %4x%5.", where, step,
                         card.name, shape.width, shape.height);
}

}  // namespace fanlight
