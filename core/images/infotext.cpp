#include "core/images/infotext.h"

#include <algorithm>
#include <charconv>

#include "core/base/json.h"
#include "core/base/number_text.h"
#include "core/base/text.h"
#include "core/batch/names.h"

namespace fanlight {

namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

constexpr size_t short_hash_digits = 10, network_hash_digits = 12;

/// A1111 names all but its default.
std::string schedule_type(const std::string& name) {
    const ScheduleName* schedule = find_schedule(name);
    return schedule && name != "default" ? schedule->a1111 : "";
}

std::string sampler_label(const std::string& name) {
    const SamplerName* sampler = find_sampler(name);
    return sampler ? sampler->a1111 : name;
}

/// A1111 names all but its default. A literal prompt's has always been left out.
std::string emphasis_label(Emphasis emphasis) {
    if (emphasis == Emphasis::Original) return {};
    return find_emphasis(name_of(emphasis))->a1111;
}

std::string quoted_if_needed(const std::string& value) {
    if (value.find_first_of(",:\n") == std::string::npos) return value;
    return to_line(Json(value));
}

std::string lora_hashes(const std::vector<Lora>& loras) {
    std::vector<std::string> hashes;
    for (const Lora& lora : loras) hashes.push_back(lora.name + ": " + lora.data_hash.substr(0, network_hash_digits));
    return join(hashes, ", ");
}

/// Names are written without what separates them, as A1111 does.
std::string embedding_hashes(const std::vector<NamedEmbedding>& embeddings) {
    std::vector<std::string> hashes;
    for (const NamedEmbedding& embedding : embeddings) {
        std::string name = embedding.name;
        std::erase_if(name, [](char c) { return c == ':' || c == ','; });
        hashes.push_back(name + ": " + embedding.hash.substr(0, network_hash_digits));
    }
    return join(hashes, ", ");
}

/// "name [hash]"
std::string refiner_label(const ReplacedComponent& refiner) {
    return refiner.name + " [" + refiner.hash.substr(0, short_hash_digits) + "]";
}

/// Whether cfg_scale is an input of the network, or has no effect, and is no CFG scale as A1111 means it. Where both
/// scales are 1 they need not be told apart.
bool has_distilled_scale(const ImageTask& p) {
    return p.cfg_floor == most_cfg_scale && (p.cfg_scale != 1 || p.true_cfg_scale != 1);
}

/// In other programs 1 leaves the prompt's own prediction as it is, whatever the model.
double others_cfg_scale(const ImageTask& p) {
    if (has_distilled_scale(p)) return p.true_cfg_scale;
    return p.cfg_floor == 0 ? p.cfg_scale + 1 : p.cfg_scale;
}

/// As Forge calls a file.
std::string module_name(std::string name) {
    for (const std::string_view suffix : {".safetensors", ".gguf"})
        if (name.ends_with(suffix)) name.erase(name.size() - suffix.size());
    return name;
}

/// The files that Forge takes beside a network alone.
Pairs module_pairs(const ReplacedComponents& components) {
    Pairs pairs;
    if (!component_of(components, text_encoder_kind)) return pairs;
    for (const ReplacedComponent& each : components)
        if (each.kind == vae_kind || each.kind == text_encoder_kind)
            pairs.emplace_back("Module " + std::to_string(pairs.size() + 1), module_name(each.name));
    return pairs;
}

Pairs parameter_pairs(const ImageTask& p, const Recipe& recipe) {
    const bool has_distilled = has_distilled_scale(p);
    const ReplacedComponent *vae = component_of(recipe.components, vae_kind),
                            *refiner = p.refiner_switch < 1 ? component_of(recipe.components, refiner_kind) : nullptr;
    Pairs pairs = {
        {"Steps", std::to_string(p.steps)},
        {"Sampler", sampler_label(p.sampler)},
        {"Schedule type", schedule_type(p.schedule)},
        {"CFG scale", number_text(others_cfg_scale(p))},
        {"Distilled CFG Scale", has_distilled ? number_text(p.cfg_scale) : ""},
        {"Seed", std::to_string(p.seed)},
        {"Size", std::to_string(p.width) + "x" + std::to_string(p.height)},
        {"Model hash", recipe.model_hash.substr(0, short_hash_digits)},
        {"Model", recipe.model},
        {"VAE hash", vae ? vae->hash.substr(0, short_hash_digits) : ""},
        {"VAE", vae ? vae->name : ""},
        {p.sampler == "ddim" ? "Eta DDIM" : "Eta", p.eta ? number_text(*p.eta) : ""},
        {"Shift", p.shift ? number_text(*p.shift) : ""},
        {"Variation seed", p.subseed_strength > 0 ? std::to_string(p.subseed) : ""},
        {"Variation seed strength", p.subseed_strength > 0 ? number_text(p.subseed_strength) : ""},
        {"Refiner", refiner ? refiner_label(*refiner) : ""},
        {"Refiner switch at", refiner ? number_text(p.refiner_switch) : ""},
        {"Clip skip", p.clip_skip > 0 ? std::to_string(p.clip_skip + 1) : ""},
        {"Emphasis", emphasis_label(p.emphasis)},
        {"Lora hashes", lora_hashes(recipe.loras)},
        {"TI hashes", embedding_hashes(recipe.embeddings)},
        {"RNG", "CPU"},
        {"Version", "fanlight " FANLIGHT_VERSION},
    };
    const Pairs modules = module_pairs(recipe.components);
    pairs.insert(pairs.end(), modules.begin(), modules.end());
    return pairs;
}

std::string parameter_line(const Pairs& pairs) {
    std::vector<std::string> parts;
    for (const auto& [key, value] : pairs) {
        if (value.empty()) continue;
        parts.push_back(key == value ? key : key + ": " + quoted_if_needed(value));
    }
    return join(parts, ", ");
}

}  // namespace

std::string infotext(const ImageTask& parameters, const Recipe& recipe) {
    std::string text = parameters.prompt;
    for (const Lora& lora : recipe.loras) text += " " + lora_tag(lora);
    text += "\n";
    if (!parameters.negative_text().empty()) text += "Negative prompt: " + parameters.negative_text() + "\n";
    text += parameter_line(parameter_pairs(parameters, recipe));
    return std::string(trimmed(text));
}

bool InfoText::has(std::string_view key) const {
    return std::any_of(pairs.begin(), pairs.end(), [&](const auto& pair) { return pair.first == key; });
}

std::string InfoText::value(std::string_view key) const {
    static const Pairs taken_for_granted = {
        {"Clip skip", "1"},
        {"Emphasis", "Original"},
        {"Hires resize", "0x0"},
        {"RNG", "GPU"},
        {"Schedule type", "Automatic"},
        {"VAE Encoder", "Full"},
        {"VAE Decoder", "Full"},
        {"Masked area padding", "32"},
        {"Inpaint area", "Whole picture"},
        {"Masked content", "original"},
        {"Mask mode", "Inpaint masked"},
    };
    for (auto pair = pairs.rbegin(); pair != pairs.rend(); ++pair)
        if (pair->first == key) return pair->second;
    if (key == "Hires resize")
        if (const std::string old = value("First pass size"); !old.empty()) return old;
    for (const auto& [name, usual] : taken_for_granted)
        if (name == key) return usual;
    return {};
}

std::optional<std::pair<int, int>> parse_size(std::string_view text) {
    const char* const end = text.data() + text.size();
    int width = 0;
    int height = 0;
    const auto [x, first_error] = std::from_chars(text.data(), end, width);
    if (first_error != std::errc() || x == end || *x != 'x' || width < 0) return {};
    const auto [rest, second_error] = std::from_chars(x + 1, end, height);
    if (second_error != std::errc() || rest != end || height < 0) return {};
    return std::pair{width, height};
}

}  // namespace fanlight
