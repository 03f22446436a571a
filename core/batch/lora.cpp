#include "core/batch/lora.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/number_text.h"
#include "core/base/text.h"
#include "core/batch/blanks.h"
#include "core/batch/parameter_rules.h"
#include "core/batch/prompt_row.h"
#include "core/batch/prompt_syntax.h"

namespace fanlight {

namespace {

constexpr char between_loras = ';';

std::optional<double> lora_weight_in(std::string_view text) {
    double value = 0;
    const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool is_weight = result.ec == std::errc() && result.ptr == text.data() + text.size() &&
                           std::abs(value) <= max_lora_weight;  // which no NaN is
    return is_weight ? std::optional(value) : std::nullopt;
}

[[noreturn]] void refuse_weight(const Place& where, std::string_view text) {
    throw UsageError("%1: the weight of a LoRA must be a number from -100 to 100, as in NAME:0.8, not %2.", where,
                     in_quotes(text));
}

/// Takes the last weight off a text; nullopt: it does not end in one.
std::optional<double> take_weight(std::string_view& text) {
    const size_t colon = text.rfind(':');
    if (colon == text.npos || colon == 0) return std::nullopt;
    const auto weight = lora_weight_in(without_blanks(text.substr(colon + 1)));
    if (weight) text = text.substr(0, colon);
    return weight;
}

/// `te` and `unet` are the weights, in this order; the first one alone is that of all components.
void set_weights(Lora& lora, const std::optional<double>& te, const std::optional<double>& unet) {
    lora.weight = unet ? *unet : te.value_or(1);
    if (te && *te != lora.weight) lora.text_encoder_weight = te;
}

bool is_lora_tag(std::string_view tag) { return tag.starts_with("<lora:") || tag.starts_with("<lyco:"); }

Lora lora_of_json(const Json& json, const Place& where) {
    if (json.is_string()) return asked_lora(json.get_ref<const std::string&>(), where);
    Lora lora;
    const auto weight = [&](const char* key) -> std::optional<double> {
        const auto found = json.find(key);
        if (found == json.end() || found->is_null()) return std::nullopt;
        const bool is_weight = found->is_number() && std::abs(found->get<double>()) <= max_lora_weight;
        if (!is_weight) refuse_weight(where, found->dump());
        return found->get<double>();
    };
    const auto name = json.is_object() ? json.find("name") : json.end();
    if (name == json.end() || !name->is_string() || without_blanks(name->get_ref<const std::string&>()).empty())
        throw UsageError("%1: a LoRA in a list must be a text or an object with a name.", where);
    lora.name = without_blanks(name->get_ref<const std::string&>());
    lora.weight = weight("weight").value_or(1);
    lora.text_encoder_weight = weight("text_encoder_weight");
    if (lora.text_encoder_weight == lora.weight) lora.text_encoder_weight.reset();
    return lora;
}

/// Both weights if they differ, or a name that ends in a number would be taken for the first of two.
std::string lora_weights_text(const Lora& lora) {
    std::string_view name = lora.name;
    const std::string own = number_text(lora.weight);
    const bool has_two = lora.text_encoder_weight || take_weight(name);
    return has_two ? number_text(lora.text_encoder_weight.value_or(lora.weight)) + ":" + own : own;
}

}  // namespace

Lora lora_in_tag(std::string_view tag, const Place& where) {
    if (!is_lora_tag(tag)) throw UsageError("%1: %2 is not the tag of a LoRA.", where, in_quotes(tag));
    const std::string_view inside = tag.substr(1, tag.size() - 2);
    std::vector<std::string_view> values;
    std::optional<double> te, unet;
    for (size_t begin = inside.find(':') + 1, end = 0; end < inside.size(); begin = end + 1) {
        end = std::min(inside.find(':', begin), inside.size());
        const std::string_view value = without_blanks(inside.substr(begin, end - begin));
        const size_t equals = value.find('=');
        const std::string_view name = equals == value.npos ? "" : value.substr(0, equals);
        const bool is_named = name == "te" || name == "unet" || name == "dyn";
        if (!is_named || values.empty()) {
            values.push_back(value);
            continue;
        }
        if (name == "dyn")
            throw UsageError("%1: %2 asks for another rank (dyn), which is not offered.", where, in_quotes(tag));
        const auto weight = lora_weight_in(value.substr(equals + 1));
        if (!weight) refuse_weight(where, tag);
        (name == "te" ? te : unet) = weight;
    }
    if (values.front().empty() || values.size() > 3)
        throw UsageError("%1: a tag of a LoRA must be written <lora:NAME:WEIGHT>, not %2.", where, in_quotes(tag));
    for (size_t i = 1; i < values.size(); ++i) {
        const auto weight = lora_weight_in(values[i]);
        if (!weight) refuse_weight(where, tag);
        auto& named = i == 1 ? te : unet;
        if (!named) named = weight;
    }
    Lora lora{.name = std::string(values.front())};
    set_weights(lora, te, unet);
    return lora;
}

Lora asked_lora(std::string_view text, const Place& where) {
    check_text(text, "LoRA", where);
    std::string_view name = without_blanks(text);
    const std::string_view written = name;
    const auto last = take_weight(name), before = last ? take_weight(name) : std::nullopt;
    name = without_blanks(name);
    if (name.empty()) throw UsageError("%1: a LoRA must have a name, as in NAME:0.8.", where);
    const size_t colon = written.rfind(':');
    const bool looks_weighted = !last && colon != written.npos && written.find('/', colon) == written.npos &&
                                !written.ends_with(".safetensors");
    if (looks_weighted) refuse_weight(where, written);
    Lora lora{.name = std::string(name)};
    before ? set_weights(lora, before, last) : set_weights(lora, last, std::nullopt);
    return lora;
}

std::string lora_text(const Lora& lora) { return lora.name + ":" + lora_weights_text(lora); }

std::string lora_texts(const std::vector<Lora>& loras) {
    if (loras.empty()) return "none";
    std::vector<std::string> texts;
    for (const Lora& lora : loras) texts.push_back(lora_text(lora));
    const auto has_separator = [](const std::string& text) { return text.find(between_loras) != text.npos; };
    if (std::any_of(texts.begin(), texts.end(), has_separator) || texts.front().starts_with('['))
        return to_line(Json(texts));
    return join(texts, "; ");
}

std::vector<Lora> asked_loras(std::string_view text, const Place& where) {
    check_text(text, "LoRA", where);
    const std::string_view all = without_blanks(text);
    std::vector<Lora> loras;
    if (all == "none" || all == "[]") return loras;
    if (all.starts_with('[')) {
        const Json list = Json::parse(all, nullptr, /*allow_exceptions=*/false);
        if (!list.is_array())
            throw UsageError("%1: loras must be names with semicolons between them, or a JSON list.", where);
        for (const Json& each : list) add_loras(loras, {lora_of_json(each, where)});
        return loras;
    }
    for (size_t begin = 0, end = 0; begin <= all.size(); begin = end + 1) {
        end = std::min(all.find(between_loras, begin), all.size());
        add_loras(loras, {asked_lora(all.substr(begin, end - begin), where)});
    }
    return loras;
}

std::vector<Lora> take_lora_tags(std::string& prompt, const Place& where) {
    std::vector<Lora> loras;
    const std::string rest = without_network_tags(prompt, [&](std::string_view tag) {
        if (is_lora_tag(tag)) add_loras(loras, {lora_in_tag(tag, where)});
        return is_lora_tag(tag);
    });
    if (!loras.empty()) prompt = trimmed(rest);
    return loras;
}

std::vector<Lora> take_lora_tags(PromptRow& row) {
    std::vector<Lora> loras = take_lora_tags(row.prompt, row.source);
    Overrides& o = row.overrides;
    for (std::optional<std::string>* text : {&o.negative_prompt, &o.prompt_2, &o.negative_prompt_2})
        if (*text) add_loras(loras, take_lora_tags(**text, row.source));
    return loras;
}

std::string lora_tag(const Lora& lora) { return "<lora:" + lora_text(lora) + ">"; }

void add_loras(std::vector<Lora>& loras, const std::vector<Lora>& others) {
    for (const Lora& other : others) {
        const auto same =
            std::find_if(loras.begin(), loras.end(), [&](const Lora& each) { return each.name == other.name; });
        same == loras.end() ? void(loras.push_back(other)) : void(*same = other);
    }
}

}  // namespace fanlight
