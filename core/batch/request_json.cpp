#include "core/batch/request_json.h"

#include <climits>

namespace fanlight {

namespace {

/// `visit(name, member)` for each parameter that every image has.
template <typename Image, typename Visit>
void each_parameter(Image& image, const Visit& visit) {
    visit("prompt", image.prompt);
    visit("negative_prompt", image.negative_prompt);
    visit("seed", image.seed);
    visit("steps", image.steps);
    visit("cfg_scale", image.cfg_scale);
    visit("width", image.width);
    visit("height", image.height);
    visit("sampler", image.sampler);
    visit("schedule", image.schedule);
    visit("clip_skip", image.clip_skip);
}

/// A whole number from `min` to `max`.
int bounded(const Json& json, int min, int max) {
    const bool fits = json.is_number_integer() && json >= min && json <= max;
    if (!fits) throw Error("it must hold whole numbers from %1 to %2", min, max);
    return json.get<int>();
}

/// Steps must ascend, or no step would find its counts.
void check_order(const std::vector<ChunkCounts>& chunks) {
    for (size_t i = 1; i < chunks.size(); ++i)
        if (chunks[i].last_step <= chunks[i - 1].last_step) throw Error("the steps of \"chunks\" do not ascend");
}

}  // namespace

void from_json(const Json& json, ChunkCounts& counts) {
    constexpr int max_steps = 100'000;
    if (!json.is_array() || json.size() != 3) throw Error("it must hold three numbers each");
    counts = {bounded(json[0], 0, max_steps), bounded(json[1], 1, max_chunks), bounded(json[2], 1, max_chunks)};
}

void to_json(Json& json, const ImageTask& image) {
    json = Json::object();
    each_parameter(image, [&](const char* name, const auto& value) { json[name] = value; });
    if (!image.prompt_2.empty()) json["prompt_2"] = image.prompt_2;
    if (!image.negative_prompt_2.empty()) json["negative_prompt_2"] = image.negative_prompt_2;
    if (image.true_cfg_scale != 1) json["true_cfg_scale"] = image.true_cfg_scale;
    if (image.original_size) json["original_size"] = text_of(*image.original_size);
    if (image.crop != PicturePlace()) json["crop"] = text_of(image.crop);
    if (image.eta) json["eta"] = *image.eta;
    if (image.shift) json["shift"] = *image.shift;
    if (image.rescale_cfg != 0) json["rescale_cfg"] = image.rescale_cfg;
    if (image.cfg_end != 1) json["cfg_end"] = image.cfg_end;
    if (image.cfg_floor != 1) json["cfg_floor"] = image.cfg_floor;
    if (image.refiner_switch != 1) json["refiner_switch"] = image.refiner_switch;
    if (image.subseed_strength != 0) {
        json["subseed"] = image.subseed;
        json["subseed_strength"] = image.subseed_strength;
    }
    if (image.timesteps) json["timesteps"] = text_of_timesteps(image.given_timesteps());
    if (image.emphasis != Emphasis::Literal) json["emphasis"] = image.emphasis;
    const PromptLayout& layout = image.prompt_layout();
    if (!layout.chunks.empty()) json["chunks"] = layout.chunks;
    if (layout.cut_tokens > 0) json["cut_tokens"] = layout.cut_tokens;
    if (layout.read_tokens > 0) json["read_tokens"] = layout.read_tokens;
    if (!layout.embeddings.empty()) json["embeddings"] = layout.embeddings;
}

void from_json(const Json& json, ImageTask& image) {
    each_parameter(image, [&](const char* name, auto& value) {
        value = member<std::remove_cvref_t<decltype(value)>>(json, name);
    });
    image.prompt_2 = member_or(json, "prompt_2", SharedText());
    image.negative_prompt_2 = member_or(json, "negative_prompt_2", SharedText());
    image.true_cfg_scale = member_or(json, "true_cfg_scale", 1.0);
    if (const auto size = member_or<std::string>(json, "original_size", ""); !size.empty()) {
        image.original_size = picture_size_in(size);
        if (!image.original_size) throw Error("\"original_size\" must be a size such as 1024x768");
    }
    const auto crop = picture_place_in(member_or<std::string>(json, "crop", "0,0"));
    if (!crop) throw Error("\"crop\" must be two numbers such as 64,0");
    image.crop = *crop;
    if (json.contains("eta")) image.eta = member<double>(json, "eta");
    if (json.contains("shift")) image.shift = member<double>(json, "shift");
    image.rescale_cfg = member_or(json, "rescale_cfg", 0.0);
    image.cfg_end = member_or(json, "cfg_end", 1.0);
    image.cfg_floor = member_or(json, "cfg_floor", 1.0);
    if (image.cfg_floor != 0 && image.cfg_floor != 1 && image.cfg_floor != most_cfg_scale)
        throw Error("\"cfg_floor\" must be 0, 1 or %1", static_cast<int>(most_cfg_scale));
    image.refiner_switch = member_or(json, "refiner_switch", 1.0);
    image.subseed = member_or(json, "subseed", uint64_t{0});
    image.subseed_strength = member_or(json, "subseed_strength", 0.0);
    if (json.contains("timesteps")) {
        auto timesteps = timesteps_in(member<std::string>(json, "timesteps"));
        if (!timesteps) throw Error("\"timesteps\" must be descending numbers such as 999,749,499,249");
        image.timesteps = Shared(std::move(*timesteps));
    }
    image.emphasis = member_or(json, "emphasis", Emphasis::Literal);
    PromptLayout layout;
    layout.chunks = member_or(json, "chunks", layout.chunks);
    check_order(layout.chunks);
    layout.cut_tokens = member_or(json, "cut_tokens", layout.cut_tokens);
    if (layout.cut_tokens < 0) throw Error("\"cut_tokens\" must be a whole number from 0");
    layout.read_tokens = member_or(json, "read_tokens", layout.read_tokens);
    if (layout.read_tokens < 0) throw Error("\"read_tokens\" must be a whole number from 0");
    layout.embeddings = member_or(json, "embeddings", layout.embeddings);
    image.layout = layout == PromptLayout() ? Shared<PromptLayout>() : Shared(std::move(layout));
}

}  // namespace fanlight
