#include "core/batch/parameter_rules.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/batch/blanks.h"
#include "core/batch/classify_task.h"
#include "core/batch/flow_schedules.h"
#include "core/batch/names.h"
#include "core/batch/prompt_template.h"
#include "core/batch/score_task.h"
#include "core/batch/text_task.h"

namespace fanlight {

namespace {

[[noreturn]] void refuse(const Place& where, const Sentence& rule, std::string_view text) {
    throw UsageError("%1: %2, not %3.", where, rule, in_quotes(text));
}

template <typename T>
std::optional<T> parsed(std::string_view text) {
    T value{};
    const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
    if (result.ec != std::errc() || result.ptr != text.data() + text.size()) return std::nullopt;
    return value;
}

std::string shortest(double value) {
    char buffer[32];
    return {buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr};
}

/// Tables write whole numbers as 42.0 where a column has gaps.
template <typename T>
std::optional<T> parsed_whole(std::string_view text) {
    text = without_blanks(text);
    const size_t point = text.find('.');
    if (point != std::string_view::npos && point > 0) {
        const std::string_view zeros = text.substr(point + 1);
        if (!zeros.empty() && zeros.find_first_not_of('0') == std::string_view::npos) text = text.substr(0, point);
    }
    return parsed<T>(text);
}

int whole(std::string_view text, const char* name, int min, int max, const Place& where) {
    const auto value = parsed_whole<int>(text);
    if (!value || *value < min || *value > max)
        refuse(where, Sentence("%1 must be a whole number from %2 to %3", name, min, max), text);
    return *value;
}

int side(std::string_view text, const char* name, const Place& where) {
    const auto value = parsed_whole<int>(text);
    if (!value || !image_side.allows(*value))
        refuse(where,
               Sentence("%1 must be a multiple of %2 from %3 to %4", name, image_side.step, image_side.min,
                        image_side.max),
               text);
    return *value;
}

std::string lower(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return result;
}

/// A sampler's label and a separate column may both name the schedule, if they agree.
void set_schedule(const std::string& schedule, Overrides& overrides, const Place& where) {
    if (overrides.schedule && *overrides.schedule != schedule)
        throw UsageError("%1: the schedule is %2 here and %3 elsewhere; leave one out.", where, schedule,
                         *overrides.schedule);
    overrides.schedule = schedule;
}

/// A name that sampler_called() knows, or such a one and a blank and a schedule's ("DPM++ 2M Karras").
void read_sampler(std::string_view text, Overrides& overrides, const Place& where) {
    const std::string_view wanted = without_blanks(text);
    const SamplerName* sampler = sampler_called(wanted);
    for (size_t blank = wanted.find(' '); !sampler && blank != std::string_view::npos;
         blank = wanted.find(' ', blank + 1)) {
        const ScheduleName* schedule = schedule_called(wanted.substr(blank + 1));
        sampler = schedule ? sampler_called(wanted.substr(0, blank)) : nullptr;
        if (sampler) set_schedule(schedule->name, overrides, where);
    }
    if (!sampler) refuse(where, Sentence("sampler must be one of %1", listed(names_of(sampler_names()))), text);
    overrides.sampler = sampler->name;
}

void read_schedule(std::string_view text, Overrides& overrides, const Place& where) {
    const ScheduleName* schedule = schedule_called(without_blanks(text));
    if (!schedule) refuse(where, Sentence("schedule must be one of %1", listed(names_of(schedule_names()))), text);
    set_schedule(schedule->name, overrides, where);
}

/// One that was a floating-point number on its way has lost its last digits if it had more than 53 bits.
uint64_t seed_in(std::string_view text, const char* name, const Place& where) {
    constexpr uint64_t first_rounded = uint64_t{1} << 53;
    const auto value = parsed_whole<uint64_t>(text);
    if (!value) refuse(where, Sentence("%1 must be a whole number from 0 to 18446744073709551615", name), text);
    if (*value >= first_rounded && text.find('.') != std::string_view::npos)
        refuse(where, "so large a seed must be written without a decimal point, where it may have been rounded", text);
    return *value;
}

/// -1 is drawn when the run is planned, as in A1111.
void read_seed(std::string_view text, Overrides& overrides, const Place& where) {
    overrides.random_seed = parsed_whole<int>(text) == -1;
    overrides.seed.reset();
    if (!overrides.random_seed) overrides.seed = seed_in(text, "seed", where);
}

void read_cfg_scale(std::string_view text, Overrides& overrides, const Place& where) {
    const auto value = parsed<double>(without_blanks(text));
    if (!value || !std::isfinite(*value) || *value < 0 || *value > most_cfg_scale)
        refuse(where, "cfg_scale must be a number from 0 to 100", text);
    overrides.cfg_scale = *value;
}

double between(std::string_view text, const char* name, double min, double max, const Place& where) {
    const auto value = parsed<double>(without_blanks(text));
    if (!value || !(*value >= min && *value <= max))
        refuse(where, Sentence("%1 must be a number from %2 to %3", name, shortest(min), shortest(max)), text);
    return *value;
}

/// Above `over` and at most 1; an `over` below 0 allows 0, too.
double fraction(std::string_view text, const char* name, double over, const Place& where) {
    const double value = between(text, name, 0, 1, where);
    if (value <= over) refuse(where, Sentence("%1 must be above 0", name), text);
    return value;
}

bool yes_or_no(std::string_view text, const char* name, const Place& where) {
    const std::string value = lower(without_blanks(text));
    if (value != "true" && value != "false") refuse(where, Sentence("%1 must be true or false", name), text);
    return value == "true";
}

/// As people write it in a column of a table.
void read_literal(std::string_view text, Overrides& overrides, const Place& where) {
    const std::string value = lower(trimmed(text));
    const bool is_yes = value == "yes" || value == "true", is_no = value == "no" || value == "false";
    if (!is_yes && !is_no) refuse(where, "literal must be yes or no", text);
    overrides.literal = is_yes;
}

void read_original_size(std::string_view text, Overrides& overrides, const Place& where) {
    overrides.original_size = picture_size_in(text);
    if (!overrides.original_size)
        refuse(where, Sentence("original_size must be a size from 1x1 to %1x%1, such as 1024x768", max_told_pixels),
               text);
}

void read_crop(std::string_view text, Overrides& overrides, const Place& where) {
    overrides.crop = picture_place_in(text);
    if (!overrides.crop)
        refuse(where,
               Sentence("crop must be how many pixels from the left and from the top, from 0 to %1, such as 64,0",
                        max_told_pixels),
               text);
}

/// Our name or A1111's.
void read_emphasis(std::string_view text, Overrides& overrides, const Place& where) {
    const std::string wanted = lower(trimmed(text));
    std::vector<std::string> names;
    for (const EmphasisName& emphasis : emphasis_names()) {
        if (wanted == emphasis.name || (!emphasis.a1111.empty() && wanted == lower(emphasis.a1111))) {
            overrides.emphasis = emphasis.emphasis;
            return;
        }
        names.push_back(emphasis.name);
    }
    refuse(where, Sentence("emphasis must be one of %1", listed(names)), text);
}

/// Whoever says how to sample wants to, unless do_sample says otherwise.
void sample(Overrides& overrides, bool sampled = true) {
    if (!overrides.do_sample) overrides.do_sample = sampled;
}

/// 0 is greedy, as in other programs.
void read_temperature(std::string_view text, Overrides& overrides, const Place& where) {
    overrides.temperature = between(text, "temperature", 0, 100, where);
    sample(overrides, *overrides.temperature > 0);
}

/// The texts of a JSON list, or nullopt if it begins like none; `rule` says what must be.
std::optional<std::vector<std::string>> listed_texts(std::string_view text, const Sentence& rule, const Place& where) {
    if (!text.starts_with('[')) return std::nullopt;
    const Json list = Json::parse(text, nullptr, /*allow_exceptions=*/false);
    const bool strings =
        list.is_array() && std::all_of(list.begin(), list.end(), [](const Json& each) { return each.is_string(); });
    if (!strings) refuse(where, rule, text);
    return list.get<std::vector<std::string>>();
}

/// One string, or a JSON list of them.
void read_stop(std::string_view text, Overrides& overrides, const Place& where) {
    check_text(text, "stop", where);
    std::vector<std::string> stop = listed_texts(text, "stop must be a text or a JSON list of texts", where)
                                        .value_or(std::vector<std::string>{std::string(text)});
    if (std::find(stop.begin(), stop.end(), "") != stop.end()) refuse(where, "stop must not be empty", text);
    overrides.stop = std::move(stop);
}

std::vector<std::string> parts_between(char separator, std::string_view text) {
    std::vector<std::string> parts;
    for (size_t begin = 0, end = 0; begin <= text.size(); begin = end + 1) {
        end = std::min(text.find(separator, begin), text.size());
        parts.emplace_back(without_blanks(text.substr(begin, end - begin)));
    }
    return parts;
}

/// With commas between them, or a JSON list, in which a label may have commas itself.
void read_labels(std::string_view text, Overrides& overrides, const Place& where) {
    check_text(text, "labels", where);
    std::vector<std::string> labels =
        listed_texts(text, "labels must be texts with commas between them, or a JSON list of texts", where)
            .value_or(parts_between(',', text));
    if (labels.empty() || std::find(labels.begin(), labels.end(), "") != labels.end())
        refuse(where, "labels must not be empty", text);
    for (auto label = labels.begin(); label != labels.end(); ++label)
        if (std::find(labels.begin(), label, *label) != label)
            refuse(where, "labels must differ from each other", text);
    overrides.labels = std::move(labels);
}

/// Names with semicolons between them, or a JSON list; "none" is no style.
void read_styles(std::string_view text, Overrides& overrides, const Place& where) {
    check_text(text, "styles", where);
    if (lower(trimmed(text)) == "none") {
        overrides.styles.emplace();
        return;
    }
    std::vector<std::string> names =
        listed_texts(text, "styles must be names with semicolons between them, or a JSON list of names", where)
            .value_or(parts_between(';', text));
    if (std::find(names.begin(), names.end(), "") != names.end()) refuse(where, "styles must not be empty", text);
    overrides.styles = std::move(names);
}

void read_model(std::string_view text, Overrides& overrides, const Place& where) {
    check_text(text, "model", where);
    const std::string_view name = trimmed(text);
    if (name.empty()) refuse(where, "model must be the name of a model, or its path", text);
    overrides.model = name;
}

/// With nothing left to the model itself, the refiner would begin with noise, of which it makes no picture.
void read_refiner_switch(std::string_view text, Overrides& overrides, const Place& where) {
    overrides.refiner_switch = between(text, "refiner_switch", 0, 1, where);
    if (*overrides.refiner_switch == 0) refuse(where, "refiner_switch must be above 0", text);
}

void read_timesteps(std::string_view text, Overrides& overrides, const Place& where) {
    if (lower(trimmed(text)) == "none") {
        overrides.timesteps.emplace();
        return;
    }
    overrides.timesteps = timesteps_in(text);
    if (!overrides.timesteps)
        refuse(
            where,
            Sentence("timesteps must be descending whole numbers from %1 to 0, such as 999,749,499,249", max_timestep),
            text);
}

void check_timesteps(const ImageTask& image, const Place& where) {
    const std::string text = text_of_timesteps(image.given_timesteps());
    Overrides read_back;
    read_timesteps(text, read_back, where);
    if (image.given_timesteps().size() != static_cast<size_t>(image.steps))
        throw UsageError("%1: %2 steps cannot be taken at %3 timesteps; leave one of them out.", where, image.steps,
                         image.given_timesteps().size());
}

void read_truncate(std::string_view text, Overrides& overrides, const Place& where) {
    const std::string side = lower(without_blanks(text));
    if (side != "left" && side != "right") refuse(where, "truncate must be left or right", text);
    overrides.truncate = side;
}

}  // namespace

const std::vector<ParameterRule>& parameter_rules() {
    using O = Overrides;
    using Text = std::string_view;
    using Where = const Place&;
    const std::vector<std::string_view> image = {ImageTask::kind}, text = {TextTask::kind},
                                        made = {ImageTask::kind, TextTask::kind}, classify = {ClassifyTask::kind},
                                        score = {ScoreTask::kind},
                                        texts = {TextTask::kind, ClassifyTask::kind, ScoreTask::kind};
    constexpr int most_tokens = 10'000'000;
    static const std::vector<ParameterRule> rules = {
        {"negative_prompt",
         {"negative"},
         image,
         [](Text t, O& o, Where w) { check_text(t, "negative_prompt", w), o.negative_prompt = t; },
         /*is_prompt=*/true},
        {"prompt_2",
         {},
         image,
         [](Text t, O& o, Where w) { check_text(t, "prompt_2", w), o.prompt_2 = t; },
         /*is_prompt=*/true},
        {"negative_prompt_2",
         {},
         image,
         [](Text t, O& o, Where w) { check_text(t, "negative_prompt_2", w), o.negative_prompt_2 = t; },
         /*is_prompt=*/true},
        {"seed", {}, made, &read_seed},
        {"steps",
         {"num_inference_steps"},
         image,
         [](Text t, O& o, Where w) { o.steps = whole(t, "steps", 1, 1000, w); }},
        {"cfg_scale", {"guidance_scale", "cfg", "cfgs"}, image, &read_cfg_scale},
        {"true_cfg_scale",
         {"true_cfg"},
         image,
         [](Text t, O& o, Where w) { o.true_cfg_scale = between(t, "true_cfg_scale", 1, most_cfg_scale, w); }},
        {"width", {}, image, [](Text t, O& o, Where w) { o.width = side(t, "width", w); }},
        {"height", {}, image, [](Text t, O& o, Where w) { o.height = side(t, "height", w); }},
        {"sampler", {"sampler_name"}, image, &read_sampler},
        {"schedule", {"scheduler", "schedule_type"}, image, &read_schedule},
        {"clip_skip", {}, image, [](Text t, O& o, Where w) { o.clip_skip = whole(t, "clip_skip", 0, 64, w); }},
        {"original_size", {}, image, &read_original_size},
        {"crop", {}, image, &read_crop},
        {"eta", {}, image, [](Text t, O& o, Where w) { o.eta = between(t, "eta", 0, 1, w); }},
        {"shift",
         {"flow_shift", "sigma_shift", "sigmashift"},
         image,
         [](Text t, O& o, Where w) { o.shift = between(t, "shift", 0.01, 100, w); }},
        {"rescale_cfg",
         {"guidance_rescale", "cfg_rescale"},
         image,
         [](Text t, O& o, Where w) { o.rescale_cfg = between(t, "rescale_cfg", 0, 1, w); }},
        {"cfg_end", {"guidance_end"}, image, [](Text t, O& o, Where w) { o.cfg_end = between(t, "cfg_end", 0, 1, w); }},
        {"refiner_switch", {"refiner_switch_at"}, image, &read_refiner_switch},
        {"subseed", {"variation_seed"}, image, [](Text t, O& o, Where w) { o.subseed = seed_in(t, "subseed", w); }},
        {"subseed_strength",
         {"variation_seed_strength", "variation_strength"},
         image,
         [](Text t, O& o, Where w) { o.subseed_strength = between(t, "subseed_strength", 0, 1, w); }},
        {"timesteps", {}, image, &read_timesteps},
        {"emphasis", {}, image, &read_emphasis},
        {"literal", {}, image, &read_literal},
        {"styles", {"style"}, image, &read_styles},
        {"model", {"checkpoint"}, image, &read_model},
        {"loras", {"lora"}, image, [](Text t, O& o, Where w) { o.loras = asked_loras(t, w); }},
        {"images",
         {"images_per_prompt", "num_images_per_prompt", "n", "n_iter"},
         image,
         [](Text t, O& o, Where w) { o.images = whole(t, "images", 1, 10000, w); }},
        {"samples",
         {"n", "num_return_sequences"},
         text,
         [](Text t, O& o, Where w) { o.images = whole(t, "samples", 1, 10000, w); }},
        {"prompt_template",
         {},
         text,
         [](Text t, O& o, Where w) { check_text(t, "prompt_template", w), PromptTemplate{t}, o.prompt_template = t; }},
        {"max_new_tokens",
         {"max_tokens", "n_predict"},
         text,
         [](Text t, O& o, Where w) { o.max_new_tokens = whole(t, "max_new_tokens", 1, most_tokens, w); }},
        {"min_new_tokens",
         {"min_tokens"},
         text,
         [](Text t, O& o, Where w) { o.min_new_tokens = whole(t, "min_new_tokens", 0, most_tokens, w); }},
        {"do_sample", {}, text, [](Text t, O& o, Where w) { o.do_sample = yes_or_no(t, "do_sample", w); }},
        {"temperature", {"temp"}, text, &read_temperature},
        {"top_k", {}, text, [](Text t, O& o, Where w) { o.top_k = whole(t, "top_k", 0, most_tokens, w), sample(o); }},
        {"top_p", {}, text, [](Text t, O& o, Where w) { o.top_p = fraction(t, "top_p", 0, w), sample(o); }},
        {"min_p", {}, text, [](Text t, O& o, Where w) { o.min_p = fraction(t, "min_p", -1, w), sample(o); }},
        {"repetition_penalty",
         {"repeat_penalty"},
         text,
         [](Text t, O& o, Where w) { o.repetition_penalty = between(t, "repetition_penalty", 0.01, 100, w); }},
        {"no_repeat_ngram_size",
         {},
         text,
         [](Text t, O& o, Where w) { o.no_repeat_ngram_size = whole(t, "no_repeat_ngram_size", 0, 1000, w); }},
        {"stop", {"stop_strings"}, text, &read_stop},
        {"text_pair", {}, classify, [](Text t, O& o, Where w) { check_text(t, "text_pair", w), o.text_pair = t; }},
        {"top_k", {}, classify, [](Text t, O& o, Where w) { o.top_k = whole(t, "top_k", 0, most_tokens, w); }},
        {"labels", {}, score, &read_labels},
        {"truncate", {}, texts, &read_truncate},
        {"special_tokens",
         {},
         texts,
         [](Text t, O& o, Where w) { o.special_tokens = yes_or_no(t, "special_tokens", w); }},
    };
    return rules;
}

std::string style_names(const std::vector<std::string>& names) {
    const auto needs_list = [](const std::string& name) { return name.find(';') != std::string::npos; };
    if (names.empty()) return "none";
    const bool misread = names.front().starts_with('[') || (names.size() == 1 && lower(names.front()) == "none");
    if (misread || std::any_of(names.begin(), names.end(), needs_list)) return to_line(Json(names));
    return join(names, "; ");
}

std::string normalised_name(std::string_view name) { return bare_name(name); }

bool ParameterRule::is_for(std::string_view task) const {
    // A kind that a program has added itself has the parameters of images.
    const std::string_view known = has_own_columns(task) ? task : std::string_view(ImageTask::kind);
    return tasks.empty() || std::find(tasks.begin(), tasks.end(), known) != tasks.end();
}

const ParameterRule* find_parameter(std::string_view name, std::string_view task) {
    const std::string wanted = normalised_name(name);
    for (const ParameterRule& rule : parameter_rules()) {
        if (!rule.is_for(task)) continue;
        if (wanted == rule.name) return &rule;
        if (std::find(rule.aliases.begin(), rule.aliases.end(), wanted) != rule.aliases.end()) return &rule;
    }
    return nullptr;
}

void check_text(std::string_view text, const char* what, const Place& where) {
    const size_t invalid = first_invalid_utf8(text);
    if (invalid != std::string_view::npos)
        throw UsageError("%1: the %2 is not UTF-8 (byte %3); save the file as UTF-8.", where, what, invalid + 1);
    if (text.find('\0') != std::string_view::npos) throw UsageError("%1: the %2 holds a NUL character.", where, what);
}

void check_written(const Json& parameters, std::string_view task, const Place& where) {
    Overrides read_back;
    for (const auto& [name, value] : parameters.items())
        if (const ParameterRule* rule = find_parameter(name, task))
            rule->read(value.is_string() ? value.get<std::string>() : to_line(value), read_back, where);
}

void check(const ImageTask& p, const Place& where) {
    check_text(p.prompt, "prompt", where);
    Overrides read_back;
    const PictureSize own{p.width, p.height};
    const std::pair<const char*, std::string> values[] = {{"negative_prompt", p.negative_text()},
                                                          {"prompt_2", p.prompt_2},
                                                          {"negative_prompt_2", p.negative_prompt_2},
                                                          {"steps", std::to_string(p.steps)},
                                                          {"cfg_scale", shortest(p.cfg_scale)},
                                                          {"true_cfg_scale", shortest(p.true_cfg_scale)},
                                                          {"width", std::to_string(p.width)},
                                                          {"height", std::to_string(p.height)},
                                                          {"sampler", p.sampler},
                                                          {"schedule", p.schedule},
                                                          {"clip_skip", std::to_string(p.clip_skip)},
                                                          {"original_size", text_of(p.original_size.value_or(own))},
                                                          {"crop", text_of(p.crop)},
                                                          {"rescale_cfg", shortest(p.rescale_cfg)},
                                                          {"cfg_end", shortest(p.cfg_end)},
                                                          {"refiner_switch", shortest(p.refiner_switch)},
                                                          {"subseed_strength", shortest(p.subseed_strength)}};
    for (const auto& [name, text] : values) find_parameter(name)->read(text, read_back, where);
    if (p.timesteps) check_timesteps(p, where);
    if (p.eta) find_parameter("eta")->read(shortest(*p.eta), read_back, where);
    if (p.shift) find_parameter("shift")->read(shortest(*p.shift), read_back, where);
    const SamplerName* sampler = find_sampler(p.sampler);
    if (!sampler) throw UsageError("%1: %2 must be written %3.", where, in_quotes(p.sampler), *read_back.sampler);
    const ScheduleName* schedule = find_schedule(p.schedule);
    if (!schedule) throw UsageError("%1: %2 must be written %3.", where, in_quotes(p.schedule), *read_back.schedule);
    if (!follows(sampler, *schedule, /*flow=*/std::nullopt))  // the model is not known here
        throw UsageError("%1: sampler %2 cannot follow the schedule %3; choose another sampler or schedule.", where,
                         sampler->name, p.schedule);
}

}  // namespace fanlight
