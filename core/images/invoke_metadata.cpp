#include "core/images/invoke_metadata.h"

#include "core/base/json.h"

namespace fanlight {

namespace {

constexpr std::pair<const char*, const char*> invoke_names[] = {{"positive_style_prompt", "Second prompt"},
                                                                {"negative_style_prompt", "Second negative prompt"},
                                                                {"steps", "Steps"},
                                                                {"cfg_scale", "CFG scale"},
                                                                {"guidance", "Distilled CFG Scale"},
                                                                {"cfg_rescale_multiplier", "CFG rescale"},
                                                                {"seed", "Seed"},
                                                                {"refiner_start", "Refiner switch at"},
                                                                {"strength", "Denoising strength"},
                                                                {"init_image", "Init image"}};

std::string invoke_text(const Json& object, const char* key) {
    const auto found = object.find(key);
    if (found == object.end()) return {};
    return found->is_string() ? found->get<std::string>() : found->is_number() ? to_line(*found) : "";
}

/// What a model is called: of later versions the member "name", of earlier ones "model_name".
std::string name_in(const Json& model) {
    if (!model.is_object()) return {};
    const std::string name = invoke_text(model, "name");
    return name.empty() ? invoke_text(model, "model_name") : name;
}

void take_model(const Json& object, const char* member, const char* key, InfoText& info) {
    const auto found = object.find(member);
    if (found == object.end()) return;
    if (const std::string name = name_in(*found); !name.empty()) info.pairs.emplace_back(key, name);
}

/// "euler_k" is euler with Karras' schedule.
void take_scheduler(const Json& object, InfoText& info) {
    std::string name = invoke_text(object, "scheduler");
    const bool is_karras = name.ends_with("_k");
    if (is_karras) name.resize(name.size() - 2);
    if (!name.empty()) info.pairs.emplace_back("Sampler", name);
    if (is_karras) info.pairs.emplace_back("Schedule type", "Karras");
}

void take_loras(const Json& object, InfoText& info) {
    const auto loras = object.find("loras");
    if (loras == object.end() || !loras->is_array()) return;
    for (const Json& each : *loras) {
        if (!each.is_object()) continue;
        const auto model = each.contains("model") ? each.find("model") : each.find("lora");
        const std::string weight = invoke_text(each, "weight");
        if (model != each.end())
            info.prompt += " <lora:" + name_in(*model) + ":" + (weight.empty() ? "1" : weight) + ">";
    }
}

/// InvokeAI counts the layers that are left out, A1111 the one that is taken.
void take_clip_skip(const Json& object, InfoText& info) {
    const auto skip = object.find("clip_skip");
    if (skip == object.end() || !skip->is_number_unsigned() || *skip > 100) return;
    info.pairs.emplace_back("Clip skip", std::to_string(skip->get<int>() + 1));
}

}  // namespace

std::optional<InfoText> parse_invoke_metadata(std::string_view text) try {
    const Json object = parse_json(text, "");
    if (!object.is_object() || !object.contains("positive_prompt") || !object["positive_prompt"].is_string())
        return std::nullopt;
    InfoText info{.prompt = invoke_text(object, "positive_prompt"),
                  .negative_prompt = invoke_text(object, "negative_prompt")};
    for (const auto& [member, key] : invoke_names)
        if (const std::string value = invoke_text(object, member); !value.empty()) info.pairs.emplace_back(key, value);
    if (object.contains("width") && object.contains("height"))
        info.pairs.emplace_back("Size", invoke_text(object, "width") + "x" + invoke_text(object, "height"));
    take_scheduler(object, info);
    take_clip_skip(object, info);
    for (const auto& [member, key] : {std::pair("model", "Model"),
                                      {"vae", "VAE"},
                                      {"refiner_model", "Refiner"},
                                      {"t5_encoder", "Module 1"},
                                      {"clip_embed_model", "Module 2"},
                                      {"qwen3_encoder", "Module 1"}})
        take_model(object, member, key, info);
    take_loras(object, info);
    return info;
} catch (const Error&) {
    return std::nullopt;
}

}  // namespace fanlight
