#include "core/families/parts/llama_config.h"

#include <algorithm>
#include <cmath>

#include "core/base/config_numbers.h"
#include "core/base/text.h"
#include "core/families/parts/activation_name.h"

namespace fanlight {

namespace {

using Biases = LlamaKind::Biases;
using Windows = LlamaKind::Windows;

const LlamaKind& told_kind(const Json& config, const Place& where) {
    const auto names = required<std::vector<std::string>>(config, "architectures", where);
    if (names.size() == 1)
        if (const LlamaKind* kind = llama_kind_of(names.front())) return *kind;
    std::vector<std::string> known = llama_text_encoders();
    for (std::string& name : llama_classifiers()) known.push_back(std::move(name));
    throw Error("%1: the architecture is not known; known: %2.", where, listed(known));
}

/// Of a model that reads pictures. "mrope" gives each token three positions, of which a picture's differ: those of a
/// text are equal, so that its rotations are the plain ones, whichever numbers of a head go by which position.
Json text_of(const Json& config, const LlamaKind& kind, const Place& where) {
    if (!kind.reads_pictures) return config;
    Json text = text_config(config, where);
    for (const char* key : {"rope_parameters", "rope_scaling"}) {
        if (!text.contains(key) || !text.at(key).is_object()) continue;
        for (const char* type : {"type", "rope_type"})
            if (text[key].value(type, Json()) == "mrope") text[key][type] = "default";
    }
    return text;
}

std::vector<bool> rotated_layers(const Json& config, const LlamaKind& kind, int64_t layers, const Place& where) {
    std::vector<bool> rotated(static_cast<size_t>(layers), true);
    if (!kind.skips_rotation) return rotated;
    const int64_t interval = whole_number_or(config, "no_rope_layer_interval", 4, 1, max_layers, where);
    for (size_t i = 0; i < rotated.size(); ++i) rotated[i] = (static_cast<int64_t>(i) + 1) % interval != 0;
    const auto given = optional_or<std::vector<int64_t>>(config, "no_rope_layers", {}, where);
    if (given.empty()) return rotated;
    if (given.size() != rotated.size()) throw Error("%1: no_rope_layers must have a number for each layer", where);
    std::transform(given.begin(), given.end(), rotated.begin(), [](int64_t has) { return has != 0; });
    return rotated;
}

/// The window of the layers that have one; 0: there is none. What is missing is not the same as null.
int64_t window_of(const Json& config, const LlamaKind& kind, const Place& where) {
    const bool used = kind.windows != Windows::IfUsed || optional_or<bool>(config, "use_sliding_window", false, where);
    if (kind.windows == Windows::None || !used) return 0;
    if (!config.contains("sliding_window")) return kind.window;
    if (kind.windows == Windows::Alternating) return whole_number(config, "sliding_window", 1, max_context, where);
    return whole_number_or(config, "sliding_window", 0, 1, max_context, where);
}

/// Where the config does not say which layers have a window.
std::vector<bool> windowed_by_rule(const Json& config, const LlamaKind& kind, const std::vector<bool>& rotated,
                                   const Place& where) {
    const bool alternating = kind.windows == Windows::Alternating;
    const int64_t full_from = whole_number_or(config, "max_window_layers", kind.full_from, 0, max_context, where);
    const int64_t every =
        alternating ? whole_number_or(config, "sliding_window_pattern", kind.full_every, 1, max_layers, where) : 1;
    std::vector<bool> windowed(rotated.size());
    for (size_t i = 0; i < windowed.size(); ++i) {
        const auto layer = static_cast<int64_t>(i);
        if (alternating)
            windowed[i] = (layer + 1) % every != 0;
        else
            windowed[i] = kind.skips_rotation ? !rotated[i] : layer >= full_from;
    }
    return windowed;
}

std::vector<bool> windowed_layers(const Json& config, const LlamaKind& kind, const std::vector<bool>& rotated,
                                  const Place& where) {
    if (kind.windows == Windows::None || kind.windows == Windows::AllLayers)
        return std::vector<bool>(rotated.size(), kind.windows == Windows::AllLayers);
    const auto types = optional_or<std::vector<std::string>>(config, "layer_types", {}, where);
    if (types.empty()) return windowed_by_rule(config, kind, rotated, where);
    if (types.size() != rotated.size()) throw Error("%1: layer_types must name a type for each layer", where);
    std::vector<bool> windowed;
    for (const std::string& type : types) {
        windowed.push_back(type == "sliding_attention");
        if (!windowed.back() && type != "full_attention")
            throw Error("%1: the layer type %2 is not known; known: full_attention and sliding_attention.", where,
                        in_quotes(type));
    }
    return windowed;
}

std::vector<LlamaConfig::Layer> layers_of(const Json& config, const LlamaKind& kind, int64_t layers,
                                          const Place& where) {
    const std::vector<bool> rotated = rotated_layers(config, kind, layers, where),
                            windowed = windowed_layers(config, kind, rotated, where);
    const int64_t window = window_of(config, kind, where);
    std::vector<LlamaConfig::Layer> all;
    for (size_t i = 0; i < rotated.size(); ++i) all.push_back({windowed[i] ? window : 0, rotated[i]});
    return all;
}

/// `missing`: a cap of the kind. What is missing is not the same as null.
double cap_of(const Json& config, const char* key, const std::optional<double>& missing, const Place& where) {
    constexpr double tiny = 1e-3, huge = 1e9;
    if (!missing) return 0;
    if (!config.contains(key)) return *missing;
    return config.at(key).is_null() ? 0 : number_or(config, key, 0, tiny, huge, where);
}

double score_scale_of(const Json& config, const LlamaKind& kind, int64_t head_dim, const Place& where) {
    constexpr double tiny = 1e-3, huge = 1e9;
    const double scalar = kind.query_scalar
                              ? number_or(config, "query_pre_attn_scalar", *kind.query_scalar, tiny, huge, where)
                              : static_cast<double>(head_dim);
    return 1 / std::sqrt(scalar);
}

RopeConfig rope_of_model(const Json& config, const LlamaKind& kind, int64_t head_dim, int64_t context,
                         const Place& where) {
    const RopeDefaults defaults{.theta = kind.theta, .original_context = kind.original_context};
    if (kind.window_theta)
        return rope_of_layers("full_attention", "rope_theta", config, defaults, head_dim, context, where);
    return RopeConfig(config, defaults, head_dim, context, where);
}

std::optional<RopeConfig> rope_of_windows(const Json& config, const LlamaKind& kind, int64_t head_dim, int64_t context,
                                          const Place& where) {
    if (!kind.window_theta) return std::nullopt;
    return rope_of_layers("sliding_attention", "rope_local_base_freq", config, {.theta = *kind.window_theta}, head_dim,
                          context, where);
}

}  // namespace

Json text_config(const Json& config, const Place& where) {
    const Json own = optional_or<Json>(config, "text_config", Json::object(), where);
    if (!own.is_object()) throw Error("%1: text_config must be an object, not %2", where, excerpt(to_line(own)));
    Json text = config;
    text.erase("text_config");
    for (const auto& [key, value] : own.items())
        if (key != "architectures") text[key] = value;
    return text;
}

LlamaConfig::LlamaConfig(const Json& config, const Place& where)
    : LlamaConfig(told_kind(config, where), text_of(config, told_kind(config, where), where), where) {}

LlamaConfig::LlamaConfig(const LlamaKind& known, const Json& c, const Place& where)
    : kind(known),
      vocabulary(whole_number(c, "vocab_size", 1, max_vocabulary, where)),
      width(whole_number(c, "hidden_size", 1, max_width, where)),
      layers(whole_number(c, "num_hidden_layers", 1, max_layers, where)),
      heads(whole_number(c, "num_attention_heads", 1, width, where)),
      kv_heads(whole_number_or(c, "num_key_value_heads", kind.kv_heads > 0 ? kind.kv_heads : heads, 1, heads, where)),
      head_dim(whole_number_or(c, "head_dim", kind.head_dim > 0 ? kind.head_dim : width / heads, 1, max_width, where)),
      mlp_width(whole_number(c, "intermediate_size", 1, 4 * max_width, where)),
      context(whole_number_or(c, "max_position_embeddings", kind.context, 1, max_context, where)),
      eps(number_or(c, "rms_norm_eps", kind.eps, 0, 1, where)),
      activation(activation_name(c, kind.activation_key, kind.activation, where)),
      qkv_bias(kind.biases == Biases::OfQueriesKeysValues ||
               (kind.biases == Biases::ByConfig && optional_or<bool>(c, "attention_bias", false, where))),
      output_bias(kind.biases == Biases::ByConfig && qkv_bias),
      mlp_bias(kind.biases != Biases::None && optional_or<bool>(c, "mlp_bias", false, where)),
      score_scale(score_scale_of(c, kind, head_dim, where)),
      score_cap(cap_of(c, "attn_logit_softcapping", kind.score_cap, where)),
      logit_cap(cap_of(c, "final_logit_softcapping", kind.logit_cap, where)),
      rope(rope_of_model(c, kind, head_dim, context, where)),
      window_rope(rope_of_windows(c, kind, head_dim, context, where)),
      of_layer(layers_of(c, kind, layers, where)) {
    if (!kind.window_theta) context = rope.longest_text();  // Gemma 3's says what it is with its factor
    check_shared_heads(heads, kv_heads, where);
    if (optional_or<bool>(c, "use_bidirectional_attention", false, where))
        throw Error(
            "%1: use_bidirectional_attention is true, so the model reads texts and writes none; choose a language "
            "model.",
            where);
}

const RopeConfig* LlamaConfig::rope_of(const Layer& layer) const {
    if (!layer.rotated) return nullptr;
    return window_rope && layer.window > 0 ? &*window_rope : &rope;
}

std::optional<int64_t> LlamaConfig::recompute_at() const {
    if (kind.original_context == 0 || rope.kind != RopeConfig::Kind::LongRope) return std::nullopt;
    return rope.original_context;
}

}  // namespace fanlight
