#include "core/batch/image_task.h"

#include <algorithm>
#include <cmath>
#include <compare>
#include <sstream>
#include <tuple>

#include "core/batch/parameter_rules.h"
#include "core/batch/request_json.h"

namespace fanlight {

int SideRule::nearest(double side) const {
    return std::clamp(static_cast<int>(std::lround(side / step)) * step, min, max);
}

const PromptLayout& ImageTask::prompt_layout() const {
    static const PromptLayout plain;
    return layout ? *layout.get() : plain;
}

const Timesteps& ImageTask::given_timesteps() const {
    static const Timesteps none;
    return timesteps ? *timesteps.get() : none;
}

const std::string& ImageTask::negative_text() const {
    static const std::string none;
    return negative_prompt ? negative_prompt->str() : none;
}

std::array<std::string_view, 4> ImageTask::prompts() const {
    return {prompt, negative_text(), prompt_2, negative_prompt_2};
}

size_t ImageTask::text_bytes() const {
    size_t bytes = 0;
    for (const std::string_view text : prompts()) bytes += text.size();
    return bytes;
}

ImageTask::Scale ImageTask::guidance_scale() const {
    if (true_cfg_scale > 1 && negative_prompt) return {true_cfg_scale, 1};
    return {cfg_scale, cfg_floor};
}

int ImageTask::guided_steps() const {
    const auto [scale, floor] = guidance_scale();
    return scale > floor ? static_cast<int>(std::lround(std::clamp(cfg_end, 0.0, 1.0) * steps)) : 0;
}

int ImageTask::refined_steps() const { return static_cast<int>(std::lround((1 - refiner_switch) * steps)); }

double ImageTask::work() const { return size() * (steps + guided_steps()); }

std::weak_ordering ImageTask::batch_order(const ImageTask& other) const {
    const auto numbers = [](const ImageTask& t) {
        return std::tuple(t.width, t.height, t.steps, t.clip_skip, t.guided_steps());
    };
    if (const auto order = numbers(*this) <=> numbers(other); std::is_neq(order)) return order;
    if (const auto order = prompt_layout().chunks <=> other.prompt_layout().chunks; std::is_neq(order)) return order;
    if (const auto order = given_timesteps() <=> other.given_timesteps(); std::is_neq(order)) return order;
    if (const auto order = std::weak_order(cfg_floor, other.cfg_floor); std::is_neq(order)) return order;
    if (const auto order = std::weak_order(refiner_switch, other.refiner_switch); std::is_neq(order)) return order;
    constexpr double usual = -1;
    if (const auto order = std::weak_order(eta.value_or(usual), other.eta.value_or(usual)); std::is_neq(order))
        return order;
    if (const auto order = std::weak_order(shift.value_or(usual), other.shift.value_or(usual)); std::is_neq(order))
        return order;
    if (const auto order = sampler.str() <=> other.sampler.str(); std::is_neq(order)) return order;
    return schedule.str() <=> other.schedule.str();
}

std::string ImageTask::summary() const {
    std::ostringstream text;
    text << width << 'x' << height << ", " << counted(steps, "%n step", "%n steps").text() << ", cfg " << cfg_scale
         << ", " << sampler.str();
    return text.str();
}

ImageTask ImageTask::with(const Overrides& o) const {
    ImageTask image = *this;
    if (o.negative_prompt)
        image.negative_prompt = *o.negative_prompt;
    else if (o.blank_negative_prompt && !negative_prompt)
        image.negative_prompt = "";
    if (o.prompt_2) image.prompt_2 = *o.prompt_2;
    if (o.negative_prompt_2) image.negative_prompt_2 = *o.negative_prompt_2;
    if (!image.negative_prompt && !image.negative_prompt_2.empty()) image.negative_prompt = "";
    image.steps =
        o.steps.value_or(o.timesteps && !o.timesteps->empty() ? static_cast<int>(o.timesteps->size()) : steps);
    if (o.timesteps) image.timesteps = o.timesteps->empty() ? Shared<Timesteps>() : Shared(*o.timesteps);
    image.cfg_scale = o.cfg_scale.value_or(cfg_scale);
    image.true_cfg_scale = o.true_cfg_scale.value_or(true_cfg_scale);
    image.width = o.width.value_or(width);
    image.height = o.height.value_or(height);
    if (o.sampler) image.sampler = *o.sampler;
    if (o.schedule) image.schedule = *o.schedule;
    image.clip_skip = o.clip_skip.value_or(clip_skip);
    if (o.original_size) image.original_size = o.original_size;
    image.crop = o.crop.value_or(crop);
    if (o.eta) image.eta = o.eta;
    if (o.shift) image.shift = o.shift;
    image.rescale_cfg = o.rescale_cfg.value_or(rescale_cfg);
    image.cfg_end = o.cfg_end.value_or(cfg_end);
    image.refiner_switch = o.refiner_switch.value_or(refiner_switch);
    image.subseed = o.subseed.value_or(subseed);
    image.subseed_strength = o.subseed_strength.value_or(subseed_strength);
    image.emphasis = o.emphasis.value_or(emphasis);
    if (o.literal && *o.literal) image.emphasis = Emphasis::Literal;
    if (o.literal && !*o.literal && image.emphasis == Emphasis::Literal) image.emphasis = Emphasis::Original;
    return image;
}

void ImageTask::check(const Place& where) const { fanlight::check(*this, where); }

void ImageTask::share_texts(const ImageTask& other) {
    const auto share = [](const auto& from, auto& to) {
        if (to == from) to = from;
    };
    share(other.negative_prompt, negative_prompt);
    share(other.prompt_2, prompt_2);
    share(other.negative_prompt_2, negative_prompt_2);
    share(other.sampler, sampler);
    share(other.schedule, schedule);
    share(other.timesteps, timesteps);
    share(other.layout, layout);
}

void ImageTask::write(Json& parameters) const { parameters = *this; }

ImageTask ImageTask::read(const Json& parameters) { return parameters.get<ImageTask>(); }

}  // namespace fanlight
