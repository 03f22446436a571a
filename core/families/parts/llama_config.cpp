#include "core/families/parts/llama_config.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/families/parts/config_numbers.h"

namespace fanlight {

namespace {

using Biases = LlamaKind::Biases;
using Windows = LlamaKind::Windows;

const LlamaKind& kind_of(const Json& config, const std::string& where) {
    const auto names = required<std::vector<std::string>>(config, "architectures", where);
    for (const LlamaKind& kind : llama_kinds())
        if (names.size() == 1 && (names.front() == kind.architecture || names.front() == kind.classifier()))
            return kind;
    std::vector<std::string> known;
    for (const LlamaKind& kind : llama_kinds()) known.insert(known.end(), {kind.architecture, kind.classifier()});
    throw Error(where + ": the architecture is not known; known: " + listed(known) + ".");
}

std::vector<bool> rotated_layers(const Json& config, const LlamaKind& kind, int64_t layers, const std::string& where) {
    std::vector<bool> rotated(static_cast<size_t>(layers), true);
    if (!kind.skips_rotation) return rotated;
    const int64_t interval = whole_number_or(config, "no_rope_layer_interval", 4, 1, max_layers, where);
    for (size_t i = 0; i < rotated.size(); ++i) rotated[i] = (static_cast<int64_t>(i) + 1) % interval != 0;
    const auto given = optional_or<std::vector<int64_t>>(config, "no_rope_layers", {}, where);
    if (given.empty()) return rotated;
    if (given.size() != rotated.size()) throw Error(where + ": no_rope_layers must have a number for each layer");
    std::transform(given.begin(), given.end(), rotated.begin(), [](int64_t has) { return has != 0; });
    return rotated;
}

/// The window of the layers that have one; 0: there is none.
int64_t window_of(const Json& config, const LlamaKind& kind, const std::string& where) {
    const bool some = kind.windows == Windows::SomeLayers;
    if (kind.windows == Windows::None || (some && !optional_or<bool>(config, "use_sliding_window", false, where)))
        return 0;
    // What is missing is not the same as null.
    const bool missing = !config.contains("sliding_window");
    if (missing && !kind.skips_rotation) return 4096;
    return whole_number_or(config, "sliding_window", 0, 1, max_context, where);
}

std::vector<bool> windowed_layers(const Json& config, const LlamaKind& kind, const std::vector<bool>& rotated,
                                  const std::string& where) {
    std::vector<bool> windowed(rotated.size(), kind.windows == Windows::AllLayers);
    if (kind.windows != Windows::SomeLayers) return windowed;
    const auto types = optional_or<std::vector<std::string>>(config, "layer_types", {}, where);
    if (!types.empty() && types.size() != windowed.size())
        throw Error(where + ": layer_types must name a type for each layer");
    const int64_t full = whole_number_or(config, "max_window_layers", 28, 0, max_context, where);
    for (size_t i = 0; i < windowed.size(); ++i) {
        const bool by_rule = kind.skips_rotation ? !rotated[i] : static_cast<int64_t>(i) >= full;
        windowed[i] = types.empty() ? by_rule : types[i] == "sliding_attention";
        if (!types.empty() && !windowed[i] && types[i] != "full_attention")
            throw Error(where + ": the layer type \"" + types[i] +
                        "\" is not known; known: full_attention and sliding_attention.");
    }
    return windowed;
}

std::vector<LlamaConfig::Layer> layers_of(const Json& config, const LlamaKind& kind, int64_t layers,
                                          const std::string& where) {
    const std::vector<bool> rotated = rotated_layers(config, kind, layers, where),
                            windowed = windowed_layers(config, kind, rotated, where);
    const int64_t window = window_of(config, kind, where);
    std::vector<LlamaConfig::Layer> all;
    for (size_t i = 0; i < rotated.size(); ++i) all.push_back({windowed[i] ? window : 0, rotated[i]});
    return all;
}

}  // namespace

const std::vector<LlamaKind>& llama_kinds() {
    static const std::vector<LlamaKind> kinds = {
        {.architecture = "LlamaForCausalLM", .prefix = "Llama", .context = 2048},
        {.architecture = "MistralForCausalLM",
         .prefix = "Mistral",
         .windows = Windows::AllLayers,
         .context = 131072,
         .kv_heads = 8},
        {.architecture = "Qwen2ForCausalLM",
         .prefix = "Qwen2",
         .biases = Biases::OfQueriesKeysValues,
         .windows = Windows::SomeLayers,
         .context = 32768},
        {.architecture = "Qwen3ForCausalLM",
         .prefix = "Qwen3",
         .normed_heads = true,
         .windows = Windows::SomeLayers,
         .context = 32768,
         .head_dim = 128},
        {.architecture = "SmolLM3ForCausalLM",
         .prefix = "SmolLM3",
         .windows = Windows::SomeLayers,
         .skips_rotation = true,
         .context = 32768,
         .kv_heads = 4,
         .theta = 2e6},
    };
    return kinds;
}

LlamaConfig::LlamaConfig(const Json& c, const std::string& where)
    : kind(kind_of(c, where)),
      vocabulary(whole_number(c, "vocab_size", 1, max_vocabulary, where)),
      width(whole_number(c, "hidden_size", 1, max_width, where)),
      layers(whole_number(c, "num_hidden_layers", 1, max_layers, where)),
      heads(whole_number(c, "num_attention_heads", 1, width, where)),
      kv_heads(whole_number_or(c, "num_key_value_heads", kind.kv_heads > 0 ? kind.kv_heads : heads, 1, heads, where)),
      head_dim(whole_number_or(c, "head_dim", kind.head_dim > 0 ? kind.head_dim : width / heads, 1, max_width, where)),
      mlp_width(whole_number(c, "intermediate_size", 1, 4 * max_width, where)),
      context(whole_number_or(c, "max_position_embeddings", kind.context, 1, max_context, where)),
      eps(number_or(c, "rms_norm_eps", 1e-6, 0, 1, where)),
      activation(optional_or<std::string>(c, "hidden_act", "silu", where)),
      qkv_bias(kind.biases == Biases::OfQueriesKeysValues || optional_or<bool>(c, "attention_bias", false, where)),
      output_bias(kind.biases == Biases::ByConfig && qkv_bias),
      mlp_bias(optional_or<bool>(c, "mlp_bias", false, where)),
      rope(c, kind.theta, head_dim, context, where),
      of_layer(layers_of(c, kind, layers, where)) {
    if (heads % kv_heads != 0)
        throw Error(where + ": " + std::to_string(heads) + " heads cannot share " + std::to_string(kv_heads) +
                    " heads of keys and values evenly");
}

}  // namespace fanlight
