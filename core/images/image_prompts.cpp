#include "core/images/image_prompts.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "core/base/json.h"
#include "core/base/number_text.h"
#include "core/batch/flow_schedules.h"
#include "core/batch/list_reading.h"
#include "core/batch/names.h"
#include "core/batch/parameter_rules.h"
#include "core/images/comfy_graph.h"
#include "core/images/foreign_json.h"
#include "core/images/infotext.h"
#include "core/images/invoke_metadata.h"
#include "core/images/png_text.h"
#include "core/images/recipe_text.h"
#include "core/images/unobeyed_settings.h"
#include "core/prompts/list_mistakes.h"
#include "core/prompts/prompt_list.h"

namespace fanlight {

namespace fs = std::filesystem;

namespace {

bool is_png(const fs::path& file) { return normalised_name(file.extension().string()) == ".png"; }

void set(const char* name, std::string_view text, PromptRow& row) {
    find_parameter(name)->read(text, row.overrides, row.source);
}

/// The names of the components of this kind that the recipe names.
std::vector<std::string> components_in(const Json& json, const char* kind, const Place& where) {
    const Json recipe = optional_or<Json>(json, "recipe", Json::object(), where);
    std::vector<std::string> names;
    if (!recipe.is_object()) return names;
    for (const Json& each : optional_or<Json>(recipe, "components", Json::array(), where))
        if (each.is_object() && optional_or<std::string>(each, "kind", "", where) == kind)
            names.push_back(optional_or<std::string>(each, "name", "", where));
    return names;
}

std::vector<Lora> loras_in(const Json& json, const Place& where) {
    const Json recipe = optional_or<Json>(json, "recipe", Json::object(), where);
    const auto loras = recipe.is_object() ? recipe.find("loras") : recipe.end();
    return loras == recipe.end() ? std::vector<Lora>() : asked_loras(to_line(*loras), where);
}

bool is_ours(const InfoText& info) { return info.value("Version").starts_with("fanlight"); }

constexpr NoteKind clip_skip_note = {
    "The setting %1 acts on the prompt alone in %2 (%3); A1111 leaves the layers out for the negative prompt, too",
    "The settings %1 act on the prompt alone in %2 (%3); A1111 leaves the layers out for the negative prompt, too",
    true};

/// A1111 counts from the last layer; 1 means all layers. With some models it pays no attention to the setting.
void set_clip_skip(const InfoText& info, PromptRow& row, const ListReading& reading) {
    const bool has_lost_own = is_ours(info);  // our other text, that is
    if (reading.a1111_clip_skip && !has_lost_own)
        return set("clip_skip", std::to_string(*reading.a1111_clip_skip), row);
    if (!info.has("Clip skip")) return;
    const std::string text = info.value("Clip skip");
    int layer = 0;
    const auto result = std::from_chars(text.data(), text.data() + text.size(), layer);
    const bool known = result.ec == std::errc() && result.ptr == text.data() + text.size() && layer >= 1;
    set("clip_skip", known ? std::to_string(layer - 1) : text, row);
    if (layer > 1 && !has_lost_own) reading.note(clip_skip_note, "Clip skip", row.source);
}

/// A scale that is above 1 where the model is guided, less what ours is below it. What is no number is refused later.
std::string lowered(const std::string& scale, double by, double least) {
    double value = 0;
    const auto result = std::from_chars(scale.data(), scale.data() + scale.size(), value);
    if (result.ec != std::errc() || result.ptr != scale.data() + scale.size()) return scale;
    constexpr double digits = 1e9;  // 1.1 is one more than 0.1
    return number_text(std::max(least, std::round((value - by) * digits) / digits));
}

/// stable-diffusion.cpp writes "Guidance" whatever the model.
void set_scales(const InfoText& info, PromptRow& row, const ListReading& reading) {
    const bool takes_both = reading.others_cfg == OthersCfg::True;
    const char* distilled = takes_both && info.has("Guidance") ? "Guidance" : "Distilled CFG Scale";
    const std::string scale = info.value("CFG scale");
    if (reading.others_cfg == OthersCfg::OneMore) {
        if (!scale.empty()) set("cfg_scale", lowered(scale, 1, 0), row);
    } else if (takes_both || info.has(distilled)) {
        if (info.has(distilled)) set("cfg_scale", info.value(distilled), row);
        if (!scale.empty()) set("true_cfg_scale", lowered(scale, 0, 1), row);
        if (!info.has(distilled) && is_ours(info)) set("cfg_scale", scale, row);  // both are the same then
    } else if (!scale.empty()) {
        set("cfg_scale", scale, row);
    }
}

constexpr NoteKind sampler_note = {"The sampler %1 is not known in %2 (%3); the model's default is taken instead",
                                   "The samplers %1 are not known in %2 (%3); the model's default is taken instead",
                                   true};
constexpr NoteKind schedule_note = {"The schedule %1 is not known in %2 (%3); the model's default is taken instead",
                                    "The schedules %1 are not known in %2 (%3); the model's default is taken instead",
                                    true};
constexpr NoteKind unfit_schedule_note = {
    "The schedule %1 is not followed in %2 (%3); its sampler cannot, and the model's default is taken instead",
    "The schedules %1 are not followed in %2 (%3); its sampler cannot, and the model's default is taken instead", true};

/// One that is not known is left to the model. Whether it was set.
bool set_method(const char* rule, const NoteKind& kind, const std::string& name, PromptRow& row,
                const ListReading& reading) {
    const Overrides before = row.overrides;
    try {
        set(rule, name, row);
        return true;
    } catch (const UsageError&) {
        row.overrides = before;  // a label may have set the schedule, too
        reading.note(kind, in_quotes(name), row.source);
        return false;
    }
}

constexpr NoteKind unfit_sampler_note = {
    "The sampler %1 is not used in %2 (%3); it cannot sample the model, whose default is taken instead",
    "The samplers %1 are not used in %2 (%3); they cannot sample the model, whose default is taken instead", true};

/// A sampler that cannot sample the model is left to it, and so is a schedule that the sampler cannot follow.
void leave_unfit_methods(PromptRow& row, const ListReading& reading) {
    Overrides& o = row.overrides;
    const SamplerName* sampler = o.sampler ? find_sampler(*o.sampler) : nullptr;
    const ScheduleName* schedule = o.schedule ? find_schedule(*o.schedule) : nullptr;
    const bool is_unfit = reading.is_for_flows && sampler && !sampler->flow();
    if (is_unfit) {
        reading.note(unfit_sampler_note, in_quotes(sampler->name), row.source);
        o.sampler.reset();
        o.schedule.reset();  // without its sampler, it might not suit the model's
        return;
    }
    if (!schedule || schedule->name == "default") return;
    const bool suits =
        sampler ? follows(sampler, *schedule, reading.is_for_flows) : !reading.is_for_flows || schedule->flow;
    if (!suits) {
        reading.note(unfit_schedule_note, in_quotes(schedule->name), row.source);
        o.schedule.reset();
    }
}

/// A1111 has one of its own for ddim, and notes it with samplers that have none.
void set_eta(const InfoText& info, PromptRow& row) {
    const SamplerName* sampler = row.overrides.sampler ? find_sampler(*row.overrides.sampler) : nullptr;
    if (!sampler || !sampler->eta) return;
    const char* key = sampler->name == "ddim" && info.has("Eta DDIM") ? "Eta DDIM" : "Eta";
    if (info.has(key)) set("eta", info.value(key), row);
}

void set_methods(const InfoText& info, PromptRow& row, const ListReading& reading) {
    // Without its sampler, the schedule might not suit the model's.
    const bool is_known =
        !info.has("Sampler") || set_method("sampler", sampler_note, info.value("Sampler"), row, reading);
    if (is_known && info.has("Schedule type"))
        set_method("schedule", schedule_note, info.value("Schedule type"), row, reading);
    leave_unfit_methods(row, reading);
    set_eta(info, row);
}

/// Reads what recipe_text() has written. Keys of a later version are ignored.
void read_recipe_text(const std::string& text, PromptRow& row, const ListReading& reading) {
    const Json json = parse_json(text, row.source);
    const Json parameters = required<Json>(json, "parameters", row.source);
    for (const auto& [listed, kind] : {std::pair(reading.vaes, vae_kind), {reading.refiners, refiner_kind}})
        if (listed) {
            const auto names = components_in(json, kind, row.source);
            listed->emplace_back(names.empty() ? "" : names.front(), row.source);
        }
    if (reading.text_encoders)
        for (const std::string& name : components_in(json, text_encoder_kind, row.source))
            reading.text_encoders->emplace_back(name, row.source);
    if (auto loras = loras_in(json, row.source); !loras.empty()) row.overrides.loras = std::move(loras);
    row.prompt = required<std::string>(parameters, "prompt", row.source);
    set("emphasis", "literal", row);  // unless it says otherwise, as the reader of recipes does
    for (const auto& [key, value] : parameters.items()) {
        const ParameterRule* rule = find_parameter(key);
        if (!rule || value.is_structured() || value.is_null()) continue;  // null: there was none
        rule->read(value.is_string() ? value.get<std::string>() : value.dump(), row.overrides, row.source);
    }
    if (reading.is_for_flows) leave_unfit_methods(row, reading);
}

void read_info(const InfoText& info, PromptRow& row, const ListReading& reading) {
    constexpr std::pair<const char*, const char*> names[] = {{"Steps", "steps"},
                                                             {"Seed", "seed"},
                                                             {"Variation seed", "subseed"},
                                                             {"Variation seed strength", "subseed_strength"},
                                                             {"Refiner switch at", "refiner_switch"},
                                                             {"Shift", "shift"},
                                                             // Not A1111's, but other programs' as read here
                                                             {"Second prompt", "prompt_2"},
                                                             {"Second negative prompt", "negative_prompt_2"},
                                                             {"CFG rescale", "rescale_cfg"}};
    row.prompt = info.prompt;
    set("negative_prompt", info.negative_prompt, row);
    set("emphasis", info.value("Emphasis"), row);
    for (const auto& [key, name] : names)
        if (info.has(key)) set(name, info.value(key), row);
    set_scales(info, row, reading);
    set_methods(info, row, reading);
    set_clip_skip(info, row, reading);
    if (const auto size = parse_size(info.value("Size"))) {
        set("width", std::to_string(size->first), row);
        set("height", std::to_string(size->second), row);
    }
    note_unobeyed(info, row, reading);
}

[[noreturn]] void refuse_silent(const Place& image) {
    throw UsageError("%1 does not tell how it was made; leave it out.", image);
}

/// Reads what other programs write under A1111's keyword.
void read_parameters(const std::string& text, PromptRow& row, const ListReading& reading) {
    if (kind_of_parameters(text) == ParametersText::Infotext) return read_info(parse_infotext(text), row, reading);
    const auto info = parse_foreign_json(text);
    if (!info) refuse_silent(row.source);
    read_info(*info, row, reading);
}

/// Reads what another program writes under a keyword of its own.
template <std::optional<InfoText> parse(std::string_view)>
void read_foreign(const std::string& text, PromptRow& row, const ListReading& reading) {
    const auto info = parse(text);
    if (!info) refuse_silent(row.source);
    read_info(*info, row, reading);
}

/// An image has been made with a certain seed, even if it was drawn.
void check_seed(const PromptRow& row) {
    if (row.overrides.random_seed)
        throw UsageError("%1: seed must be a whole number from 0 to 18446744073709551615 in an image, not \"-1\".",
                         row.source);
}

PromptRow row_of(const fs::path& image, const ListReading& reading) {
    constexpr std::pair<const char*, void (*)(const std::string&, PromptRow&, const ListReading&)> readers[] = {
        {recipe_keyword, read_recipe_text},
        {parameters_keyword, read_parameters},
        {invoke_keyword, read_foreign<parse_invoke_metadata>},
        {comfy_keyword, read_foreign<parse_comfy_graph>}};
    PromptRow row{"", {}, image.string()};
    row.overrides.tells_of_image = true;
    const auto texts = read_png_texts_of_file(image);
    for (const auto& [keyword, read] : readers) {
        const auto found = std::find_if(texts.begin(), texts.end(),
                                        [&keyword = keyword](const auto& t) { return t.keyword == keyword; });
        if (found == texts.end()) continue;
        read(found->text, row, reading);
        check_text(row.prompt, "prompt", row.source);
        check_seed(row);
        return row;
    }
    refuse_silent(row.source);
}

std::vector<fs::path> images_in(const fs::path& folder) {
    std::vector<fs::path> images;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(folder, error))
        if (is_png(entry.path()) && !entry.path().filename().string().starts_with('.')) images.push_back(entry.path());
    if (error) throw UsageError("Cannot read the folder %1: %2.", folder, error.message());
    if (images.empty()) throw UsageError("The folder %1 holds no PNG.", folder);
    std::sort(images.begin(), images.end());
    return images;
}

}  // namespace

void load_image_prompts(const fs::path& file_or_folder, const TakeRow& take, const ListReading& reading) {
    std::error_code ignored;
    const bool folder = fs::is_directory(file_or_folder, ignored);
    ListMistakes mistakes(file_or_folder.string());
    for (const fs::path& image : folder ? images_in(file_or_folder) : std::vector{file_or_folder}) {
        try {
            mistakes.attempt([&] { take(row_of(image, reading)); });
        } catch (const Error& error) {
            mistakes.add(Sentence("%1.", error.sentence().open()));
        }
    }
    for (const std::string& column : reading.columns.missing())
        mistakes.add(Sentence("%1: images have no column %2, as --columns says.", file_or_folder, in_quotes(column)));
    mistakes.raise();
}

void load_prompts_or_images(const fs::path& file_or_folder, const TakeRow& take, const ListReading& reading) {
    std::error_code ignored;
    const bool images = is_png(file_or_folder) || fs::is_directory(file_or_folder, ignored);
    images ? load_image_prompts(file_or_folder, take, reading) : load_prompts(file_or_folder, take, reading);
}

std::vector<PromptRow> load_prompts_or_images(const fs::path& file_or_folder, const ListReading& reading) {
    std::vector<PromptRow> rows;
    load_prompts_or_images(
        file_or_folder, [&](PromptRow row) { rows.push_back(std::move(row)); }, reading);
    return rows;
}

}  // namespace fanlight
