#include "core/images/unobeyed_settings.h"

#include <algorithm>
#include <string_view>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/batch/parameter_rules.h"

namespace fanlight {

namespace {

constexpr NoteKind setting_note = {
    "The setting %1 has no effect in %2 (%3); every image is made from noise, in one pass and with the run's model",
    "The settings %1 have no effect in %2 (%3); every image is made from noise, in one pass and with the run's model",
    true};
constexpr NoteKind network_note = {
    "%1 has no effect in %2 (%3); LoRAs are taken from tags such as <lora:NAME:0.8> alone",
    "%1 have no effect in %2 (%3); LoRAs are taken from tags such as <lora:NAME:0.8> alone", true};
constexpr NoteKind embedding_note = {
    "The setting %1 in %2 (%3) tells of embeddings, which have an effect only if files of the same names are kept here",
    "The settings %1 in %2 (%3) tell of embeddings, which have an effect only if files of the same names are kept here",
    true};

/// What keys begin with, in normalised form: those of A1111 and its extensions, then SwarmUI's and Fooocus'.
struct UnobeyedKey {
    std::string_view beginning;
    const NoteKind* kind;
};
constexpr UnobeyedKey unobeyed_keys[] = {{"hires_", &setting_note},
                                         {"first_pass_size", &setting_note},
                                         {"denoising_strength", &setting_note},
                                         {"init_image", &setting_note},
                                         {"image_cfg_scale", &setting_note},
                                         {"conditional_mask_weight", &setting_note},
                                         {"mask_", &setting_note},
                                         {"masked_", &setting_note},
                                         {"inpaint", &setting_note},
                                         {"refiner_switch", nullptr},  // the refiner itself tells it
                                         {"refiner", &setting_note},
                                         {"controlnet", &setting_note},
                                         {"seed_resize_from", &setting_note},
                                         {"face_restoration", &setting_note},
                                         {"tiling", &setting_note},
                                         {"adetailer", &setting_note},
                                         {"vae", &setting_note},
                                         {"ti_hashes", &embedding_note},
                                         {"lora", &network_note},
                                         {"initimage", &setting_note},
                                         {"variationseed", &setting_note},
                                         {"seamlesstileable", &setting_note},
                                         {"style", &setting_note},
                                         {"freeu", &setting_note}};

/// Whether a value says that the setting was not used.
bool is_neutral(std::string_view value) {
    constexpr std::string_view neutral[] = {
        "", "0", "0x0", "[]", "{}", "none", "false", "automatic", "default (model)"};
    const std::string written = normalised_name(value);
    return std::any_of(std::begin(neutral), std::end(neutral),
                       [&](std::string_view each) { return written == normalised_name(each); });
}

/// Forge's "Module 1", or stable-diffusion.cpp's "TE", of which there may be several.
bool names_module(std::string_view key) { return key.starts_with("module_") || key == "te"; }

/// The one that A1111 names as "name [hash]"; "": none.
std::string refiner_in(const InfoText& info) {
    const std::string label = info.value("Refiner");
    return is_neutral(label) ? "" : label.substr(0, label.rfind(" ["));
}

/// The end of the tag that begins here, or npos.
size_t end_of_tag(std::string_view text) {
    constexpr std::string_view kinds[] = {"<lora:", "<lyco:", "<hypernet:"};
    const bool begins =
        std::any_of(std::begin(kinds), std::end(kinds), [&](std::string_view kind) { return text.starts_with(kind); });
    const size_t end = begins ? text.find_first_of(">\n") : std::string_view::npos;
    return end == std::string_view::npos || text[end] != '>' ? std::string_view::npos : end + 1;
}

/// Takes the tags out of the prompt and returns them.
std::vector<std::string> take_networks(std::string& prompt) {
    std::vector<std::string> tags;
    std::string kept;
    for (size_t at = 0; at < prompt.size();) {
        const std::string_view rest = std::string_view(prompt).substr(at);
        const size_t length = rest.front() == '<' ? end_of_tag(rest) : std::string_view::npos;
        if (length == std::string_view::npos) {
            kept += prompt[at++];
            continue;
        }
        tags.emplace_back(rest.substr(0, length));
        at += length;
        while (at < prompt.size() && prompt[at] == ' ' && (kept.empty() || kept.ends_with(' '))) ++at;
    }
    if (!tags.empty()) prompt = trimmed(kept);
    return tags;
}

}  // namespace

void note_unobeyed(const InfoText& info, PromptRow& row, const ListReading& reading) {
    bool has_tags = false;
    std::vector<Lora> loras;
    const auto take = [&](std::string& prompt) {
        for (const std::string& tag : take_networks(prompt)) {
            has_tags = true;
            try {
                add_loras(loras, {lora_in_tag(tag, row.source)});
            } catch (const UsageError&) {
                reading.note(network_note, in_quotes(tag), row.source);
            }
        }
    };
    take(row.prompt);
    if (row.overrides.negative_prompt) take(*row.overrides.negative_prompt);
    if (!loras.empty()) row.overrides.loras = std::move(loras);
    if (reading.vaes) reading.vaes->emplace_back(is_neutral(info.value("VAE")) ? "" : info.value("VAE"), row.source);
    if (reading.refiners) reading.refiners->emplace_back(refiner_in(info), row.source);
    if (reading.text_encoders)
        for (const auto& [key, value] : info.pairs)
            if (names_module(normalised_name(key)) && !is_neutral(value))
                reading.text_encoders->emplace_back(value, row.source);
    for (const auto& [key, value] : info.pairs) {
        const std::string name = normalised_name(key);
        if (reading.refiners && name == "refiner") continue;
        if (reading.vaes && (name == "vae" || name == "vae_hash")) continue;
        const auto* found = std::find_if(std::begin(unobeyed_keys), std::end(unobeyed_keys),
                                         [&](const UnobeyedKey& each) { return name.starts_with(each.beginning); });
        if (found == std::end(unobeyed_keys) || !found->kind || is_neutral(value)) continue;
        if (found->kind == &network_note && has_tags) continue;  // "Lora hashes": the tags have told it
        reading.note(*found->kind, in_quotes(key), row.source);
    }
}

}  // namespace fanlight
